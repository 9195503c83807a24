// The X authority file, in which people keep the cookies that let them in (original.md 2).
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MAGIC_COOKIE } from '#shared/protocol/setup';
import { homeFolder } from './home-folder.ts';

export interface AuthorityEntry {
  readonly family: number;
  readonly address: Uint8Array;
  /** The server number, as digits; empty fits every server. */
  readonly number: string;
  /** The name of the authorization protocol. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** What a server is looked up under: each family with an address, in order of preference. */
export interface AuthorityTarget {
  readonly addresses: readonly { readonly family: number; readonly address: Uint8Array }[];
  readonly number: string;
}

const families = { internet: 0, internet6: 6, local: 256, wild: 65_535 } as const;

/** Files of this kind hold some dozens of entries of less than 100 bytes. */
export const MAX_AUTHORITY_BYTES = 1024 * 1024;

/** Reads entries to the first that is cut off; what is before it counts. */
export function parseAuthority(bytes: Uint8Array): AuthorityEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: AuthorityEntry[] = [];
  let at = 0;
  const counted = (): Buffer | undefined => {
    if (at + 2 > file.length) return undefined;
    const start = at + 2;
    const end = start + file.readUInt16BE(at);
    at = end;
    return end > file.length ? undefined : file.subarray(start, end);
  };
  while (at + 2 <= file.length) {
    const family = file.readUInt16BE(at);
    at += 2;
    const [address, number, name, data] = [counted(), counted(), counted(), counted()];
    if (!address || !number || !name || !data) break;
    entries.push({
      ...{ family, address, data },
      ...{ number: number.toString('latin1'), name: name.toString('latin1') },
    });
  }
  return entries;
}

/** The first cookie that fits; entries of the wild family fit every address. */
export function findCookie(
  entries: readonly AuthorityEntry[],
  target: AuthorityTarget,
): { name: string; data: Uint8Array } | undefined {
  const isForServer = (entry: AuthorityEntry): boolean =>
    entry.name === MAGIC_COOKIE && (entry.number === '' || entry.number === target.number);
  const cookies = entries.filter(isForServer);
  for (const { family, address } of target.addresses) {
    const found = cookies.find(
      (entry) =>
        entry.family === families.wild ||
        (entry.family === family && Buffer.compare(entry.address, address) === 0),
    );
    if (found) return { name: found.name, data: found.data };
  }
  return undefined;
}

export function unixTarget(number: string, localHostName = hostname()): AuthorityTarget {
  return { addresses: [localAddress(localHostName)], number };
}

/**
 * The target for the far end of a TCP connection. For this machine itself the local entry fits too: the
 * original wanted that and missed it, so that nothing but a wild entry matched (original.md 2), while
 * authority files commonly have the local entry and no other.
 */
export function tcpTarget(
  remoteAddress: string,
  number: string,
  localHostName = hostname(),
): AuthorityTarget {
  const plain = remoteAddress.replace(/^::ffff:/i, '');
  const isLoopback = plain.startsWith('127.') || plain === '::1';
  const quad = plain.split('.').map(Number);
  const own =
    quad.length === 4
      ? { family: families.internet, address: Uint8Array.from(quad) }
      : { family: families.internet6, address: ipv6Bytes(plain) };
  return { addresses: isLoopback ? [own, localAddress(localHostName)] : [own], number };
}

/** XAUTHORITY, else .Xauthority at home. */
export function authorityPath(environment: {
  XAUTHORITY?: string | undefined;
  HOME?: string | undefined;
}): string {
  return environment.XAUTHORITY || join(homeFolder(environment), '.Xauthority');
}

/** No file is no entries, because most people have none; a file that cannot be read is the same. */
export async function readAuthority(path: string): Promise<AuthorityEntry[]> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_AUTHORITY_BYTES), 0);
      return parseAuthority(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}

function localAddress(localHostName: string) {
  return { family: families.local, address: Buffer.from(localHostName, 'latin1') };
}

/** Sixteen bytes; a zone after % does not count. */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.replace(/%.*/, '').split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = new Array(Math.max(0, 8 - before.length - after.length)).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].slice(0, 8).entries()) {
    bytes.writeUInt16BE(group & 0xffff, 2 * index);
  }
  return bytes;
}
