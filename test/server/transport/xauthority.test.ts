// X authority files, whole and broken, and which of their cookies is for a server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authorityPath,
  findCookie,
  parseAuthority,
  readAuthority,
  tcpTarget,
  unixTarget,
} from '#server/transport/xauthority';
import { authorityFile } from './authority-file.ts';

const cookie = (byte: number) => new Uint8Array(16).fill(byte);
const local = { family: 256, address: 'box', number: '0', data: cookie(1) };
const internet = { family: 0, address: Uint8Array.of(10, 1, 2, 3), number: '0', data: cookie(2) };
const wild = { family: 65_535, address: '', number: '', data: cookie(3) };

function found(entries: Buffer, target: Parameters<typeof findCookie>[1]): number | undefined {
  return findCookie(parseAuthority(entries), target)?.data[0];
}

describe('an X authority file', () => {
  it('holds entries of family, address, number, name and data', () => {
    const [entry, ...others] = parseAuthority(authorityFile(internet));
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ family: 0, number: '0', name: 'MIT-MAGIC-COOKIE-1' });
    expect([...(entry?.address ?? [])]).toEqual([10, 1, 2, 3]);
    expect([...(entry?.data ?? [])]).toEqual([...cookie(2)]);
  });

  it('gives what is whole when its end is cut off, at every byte', () => {
    const file = authorityFile(local, internet);
    const firstByteCount = authorityFile(local).length;
    for (let byteCount = 0; byteCount < file.length; byteCount += 1) {
      const entries = parseAuthority(file.subarray(0, byteCount));
      expect(entries).toHaveLength(byteCount < firstByteCount ? 0 : 1);
    }
  });

  it('is read without an error whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseAuthority(bytes).length).toBeLessThanOrEqual(bytes.length / 10);
      }),
    );
  });

  it('is found through XAUTHORITY, else at home', () => {
    expect(authorityPath({ XAUTHORITY: '/a/b', HOME: '/home/me' })).toBe('/a/b');
    expect(authorityPath({ HOME: '/home/me' })).toBe('/home/me/.Xauthority');
  });

  it('counts as empty when there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'af-'));
    const path = join(folder, 'authority');
    expect(await readAuthority(path)).toEqual([]);
    await writeFile(path, authorityFile(wild));
    expect(await readAuthority(path)).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});

describe('a cookie', () => {
  const file = authorityFile(local, internet, wild);

  it('is found under the local family and the name of the host for a UNIX socket', () => {
    expect(found(file, unixTarget('0', 'box'))).toBe(1);
  });

  it('is found under the Internet address for TCP', () => {
    expect(found(authorityFile(local, internet), tcpTarget('10.1.2.3', '0', 'box'))).toBe(2);
    expect(found(file, tcpTarget('::ffff:10.1.2.3', '0', 'box'))).toBe(2);
  });

  it('is found under an IPv6 address too', () => {
    const address = Buffer.from('20010db8000000000000000000000001', 'hex');
    const entries = authorityFile({ ...internet, family: 6, address });
    expect(found(entries, tcpTarget('2001:db8::1', '0', 'box'))).toBe(2);
    expect(found(entries, tcpTarget('2001:db8::2', '0', 'box'))).toBeUndefined();
  });

  it('of the wild family fits every address', () => {
    expect(found(file, tcpTarget('10.9.9.9', '7', 'box'))).toBe(3);
    expect(found(file, unixTarget('7', 'elsewhere'))).toBe(3);
  });

  it('of the local family fits this machine over TCP, which the original missed', () => {
    expect(found(authorityFile(local), tcpTarget('127.0.0.1', '0', 'box'))).toBe(1);
    expect(found(authorityFile(local), tcpTarget('::1', '0', 'box'))).toBe(1);
    expect(found(authorityFile(local), tcpTarget('10.1.2.3', '0', 'box'))).toBeUndefined();
  });

  it('must be for that server number, or for every one', () => {
    expect(found(authorityFile(local), unixTarget('1', 'box'))).toBeUndefined();
    expect(found(authorityFile({ ...local, number: '' }), unixTarget('1', 'box'))).toBe(1);
  });

  it('must be a cookie and not the data of another protocol', () => {
    const other = { ...local, name: 'XDM-AUTHORIZATION-1' };
    expect(found(authorityFile(other), unixTarget('0', 'box'))).toBeUndefined();
    expect(found(authorityFile(other, { ...local, data: cookie(9) }), unixTarget('0', 'box'))).toBe(
      9,
    );
  });
});
