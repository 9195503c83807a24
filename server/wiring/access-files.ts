// Who may connect, as files of the machine say: cookies and hosts (protocol.md 2 and 13).
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Log } from '#server/log';
import { parseAuthority } from '#server/transport/xauthority';
import { MAGIC_COOKIE } from '#shared/protocol/setup';

/** A hosts file has some lines, and an authority file some entries; larger ones are mistakes. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Undefined where no file is configured. A file that cannot be read admits nobody, and says so. */
export function readCookies(file: string | undefined, log: Log): Uint8Array[] | undefined {
  if (file === undefined) return undefined;
  try {
    const bytes = readFileSync(file).subarray(0, MAX_FILE_BYTES);
    const entries = parseAuthority(bytes).filter(({ name }) => name === MAGIC_COOKIE);
    if (entries.length === 0) log.warn('the authority file has no cookie in it', { file });
    return entries.map(({ data }) => data);
  } catch (error) {
    log.error('the authority file cannot be read, so that no cookie is valid', {
      file,
      reason: reasonOf(error),
    });
    return [];
  }
}

/** One host a line, `#` begins a comment; all addresses of a name count. No file is no hosts. */
export async function readHosts(file: string, log: Log): Promise<string[]> {
  const addresses = await Promise.all(hostNames(file, log).map((name) => addressesOf(name, log)));
  return addresses.flat();
}

export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}

function hostNames(file: string, log: Log): string[] {
  try {
    const text = readFileSync(file, 'utf8').slice(0, MAX_FILE_BYTES);
    return text
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) log.warn('the hosts file cannot be read', { file, reason: reasonOf(error) });
    return [];
  }
}

async function addressesOf(name: string, log: Log): Promise<string[]> {
  if (isIP(name)) return [name];
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    log.warn('a host of the hosts file has no address', { host: name, reason: reasonOf(error) });
    return [];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
