// The certificate and key of the page, read and held against each other before anything uses them.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Configuration } from '#server/config';
import { ConfigError } from '#server/config/config-error';
import { type Log, reasonOf } from '#server/log';

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whether browsers take it for that host's. */
  readonly isFor: (host: string) => boolean;
}

const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Undefined where none is configured. Throws a ConfigError where they cannot be used. */
export function readCertificate(
  { tlsCert, tlsKey }: Pick<Configuration, 'tlsCert' | 'tlsKey'>,
  log: Log,
  nowMs: number,
): Certificate | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    const [given, missing] =
      tlsCert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    throw new ConfigError(
      'AF_BAD_VALUE',
      `${given} is of no use without ${missing}: give both, the certificate and its key.`,
    );
  }
  const cert = read(tlsCert, '--tls-cert', 'certificate');
  const key = read(tlsKey, '--tls-key', 'private key');
  const certificate = parsed(cert, tlsCert);
  checkKey(cert, key, tlsKey);
  warnOfEnd(certificate.validTo, nowMs, tlsCert, log);
  return { cert, key, isFor: (host) => certificate.checkHost(host) !== undefined };
}

function read(file: string, flag: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(
      'AF_UNREADABLE_FILE',
      `The ${what} ${file} cannot be read (${reasonOf(error)}): check the name after ${flag}.`,
    );
  }
}

function parsed(cert: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (error) {
    throw new ConfigError(
      'AF_BAD_VALUE',
      `${file} holds no certificate (${reasonOf(error)}): it must be in PEM, beginning with -----BEGIN CERTIFICATE-----.`,
    );
  }
}

function checkKey(cert: Buffer, key: Buffer, file: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new ConfigError(
      'AF_BAD_VALUE',
      isMismatch(error)
        ? `The private key ${file} is not the one of the certificate: give the key that the certificate was made with.`
        : `${file} holds no private key that can be used (${reasonOf(error)}): it must be in PEM and have no passphrase.`,
    );
  }
}

function isMismatch(error: unknown): boolean {
  return /mismatch/i.test(reasonOf(error));
}

function warnOfEnd(validTo: string, nowMs: number, file: string, log: Log): void {
  const leftDays = Math.floor((Date.parse(validTo) - nowMs) / DAY_MS);
  if (leftDays < 0) log.warn('the certificate has expired', { file, validTo });
  else if (leftDays < SOON_DAYS) log.warn('the certificate expires soon', { file, leftDays });
}
