// What the machine says of who may connect: the cookies of a file, and its own addresses (protocol.md 2 and 13).
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Log } from '#server/log';
import { parseAuthority } from '#server/transport/xauthority';
import { MAGIC_COOKIE } from '#shared/protocol/setup';

/** An authority file has some entries; a larger one is a mistake. */
const MAX_FILE_BYTES = 1024 * 1024;

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
  const bytes = readFileSync(file).subarray(0, MAX_FILE_BYTES);
  return parseAuthority(bytes)
    .filter(({ name }) => name === MAGIC_COOKIE)
    .map(({ data }) => data);
}

export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
