// What the machine says of who may connect: the cookies of a file, and its own addresses (original.md 2 and 12).
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Log, reasonOf } from '#server/log';
import { MAX_AUTHORITY_BYTES, parseAuthority } from '#server/transport/xauthority';
import { MAGIC_COOKIE } from '#shared/protocol/setup';

/** Undefined where no file is configured. A file that can be read no more admits nobody, and that is logged. */
export function readCookies(file: string | undefined, log: Log): Uint8Array[] | undefined {
  if (file === undefined) return undefined;
  try {
    const cookies = cookiesIn(file);
    if (cookies.length === 0) log.warn('the authority file has no cookie in it', { file });
    return cookies;
  } catch (error) {
    log.error('the authority file cannot be read, so that no cookie is valid', {
      file,
      reason: reasonOf(error),
    });
    return [];
  }
}

/** Throws where the file cannot be read. */
export function cookiesIn(file: string): Uint8Array[] {
  const bytes = readFileSync(file).subarray(0, MAX_AUTHORITY_BYTES);
  return parseAuthority(bytes)
    .filter(({ name }) => name === MAGIC_COOKIE)
    .map(({ data }) => data);
}

export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}
