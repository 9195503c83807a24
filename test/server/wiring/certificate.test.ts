// The certificate and key of the page: used when they fit, and explained when they do not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#server/config/config-error';
import { createLog } from '#server/log';
import { readCertificate } from '#server/wiring/certificate';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/tls');
const certOf = (name: string) => path.join(fixtures, `${name}-cert.pem`);
const keyOf = (name: string) => path.join(fixtures, `${name}-key.pem`);
const NOW_MS = Date.UTC(2030, 0, 1);

const lines: string[] = [];
const log = createLog({ level: 'warn', write: (line) => lines.push(line), now: () => new Date(0) });
let folder = '';
let nonsense = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-tls-'));
  nonsense = path.join(folder, 'nonsense.pem');
  writeFileSync(nonsense, 'nonsense');
});

afterAll(() => rmSync(folder, { recursive: true }));

function read(tlsCert?: string, tlsKey?: string, nowMs = NOW_MS) {
  return readCertificate({ tlsCert, tlsKey }, log, nowMs);
}

describe('the certificate', () => {
  it('is none where none is configured', () => {
    expect(read()).toBeUndefined();
  });

  it('is read with its key', () => {
    const { cert, key, isFor } = read(certOf('gateway'), keyOf('gateway')) ?? {};
    expect(['localhost', 'evil.example'].map((name) => isFor?.(name))).toEqual([true, false]);
    expect(cert?.toString()).toContain('BEGIN CERTIFICATE');
    expect(key?.toString()).toContain('PRIVATE KEY');
    expect(lines).toEqual([]);
  });

  it.each([
    [
      'has no key',
      certOf('gateway'),
      undefined,
      'AF_BAD_VALUE',
      '--tls-cert is of no use without --tls-key',
    ],
    [
      'is missing beside its key',
      undefined,
      keyOf('gateway'),
      'AF_BAD_VALUE',
      '--tls-key is of no use without --tls-cert',
    ],
    [
      'is not there',
      '/none.pem',
      keyOf('gateway'),
      'AF_UNREADABLE_FILE',
      'check the name after --tls-cert',
    ],
    [
      'has a key that is not there',
      certOf('gateway'),
      '/none.pem',
      'AF_UNREADABLE_FILE',
      'check the name after --tls-key',
    ],
    [
      'has the key of another',
      certOf('gateway'),
      keyOf('renewed'),
      'AF_BAD_VALUE',
      'is not the one of the certificate',
    ],
    ['is the key', keyOf('gateway'), keyOf('gateway'), 'AF_BAD_VALUE', 'holds no certificate'],
  ])('that %s is a mistake of the configuration', (_what, cert, key, code, words) => {
    expect(() => read(cert, key)).toThrow(ConfigError);
    expect(() => read(cert, key)).toThrow(expect.objectContaining({ code }));
    expect(() => read(cert, key)).toThrow(words);
  });

  it('and a key that make no sense are mistakes too', () => {
    expect(() => read(nonsense, keyOf('gateway'))).toThrow('must be in PEM, beginning with');
    expect(() => read(certOf('gateway'), nonsense)).toThrow(
      'must be in PEM and have no passphrase',
    );
  });

  it('is warned of when its end is near or past', () => {
    read(certOf('gateway'), keyOf('gateway'), Date.UTC(2126, 9, 20));
    expect(lines.splice(0).join()).toMatch(/expires soon .*leftDays=7/);
    read(certOf('gateway'), keyOf('gateway'), Date.UTC(2127, 0, 1));
    expect(lines.splice(0).join()).toContain('the certificate has expired');
  });
});
