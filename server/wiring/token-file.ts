// The token that admits people to a gateway on the network: made at its first start, and kept in a file that
// only its owner reads.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '#server/config/config-error';
import type { Log } from '#server/log';
import { stateFolder } from '#server/state-folder';

const TOKEN_BYTES = 32;
/** A person may choose a token, but no short one. */
const TOKEN = /^[\w.~-]{16,256}$/;

/** Where it is kept unless the configuration says otherwise. */
export function defaultTokenFile(environment: NodeJS.ProcessEnv): string {
  return path.join(stateFolder(environment), 'token');
}

/** Throws a ConfigError where the file can be neither used nor made. */
export function readOrMakeToken(file: string, log: Log): string {
  try {
    return read(file, log) ?? make(file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      'AF_UNREADABLE_FILE',
      `The token file ${file} can be neither read nor made, and without it nobody could be let in from the network: ${reason}.`,
    );
  }
}

function read(file: string, log: Log): string | undefined {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (!TOKEN.test(token)) {
      throw new ConfigError(
        'AF_UNREADABLE_FILE',
        `The token file ${file} holds no token of 16 to 256 letters and digits: delete it, and a new one is made.`,
      );
    }
    if ((statSync(file).mode & 0o077) !== 0) {
      log.warn('the token file can be read by others', { file });
    }
    return token;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function make(file: string): string {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${token}\n`, { flag: 'wx', mode: 0o600 });
  return token;
}
