// The tokens of a running gateway: read or made at its start, and read again when the file changes or on SIGHUP,
// so that a token which was revoked is good for nothing at once.
import { type FSWatcher, rmSync, watch } from 'node:fs';
import path from 'node:path';
import type { Timers } from '#server/devices/face';
import { Tokens } from '#server/http/tokens';
import type { Log } from '#server/log';
import {
  canOthersRead,
  firstTokens,
  readTokenFile,
  type TokenFile,
  tokenSetOf,
  tokensOfPlain,
  writeTokenFile,
} from './token-file.ts';

export interface TokenKeeper {
  readonly tokens: Tokens;
  /** The token in plain text, where it was made or found so by this start. */
  readonly firstToken: string | undefined;
  /** Reads the file again; throws a ConfigError, having changed nothing, where it makes no sense. */
  reload(): void;
  close(): void;
}

export interface KeeperOptions {
  readonly file: string;
  readonly log: Log;
  readonly timers: Timers;
  readonly wallClockMs: () => number;
}

/** The name of the file in which an older gateway kept its one token, beside where this one keeps all. */
const OLD_NAME = 'token';
/** One change of a file is told in several pieces. */
const SETTLE_MS = 20;

/** Throws a ConfigError where the file can be neither used nor made. */
export function keepTokens(options: KeeperOptions): TokenKeeper {
  const { file, log, timers, wallClockMs } = options;
  const { content, firstToken } = openTokens(options);
  if (canBeSeen(file)) log.warn('the token file can be read by others', { file });
  const tokens = new Tokens(tokenSetOf(content), { wallClockMs, after: timers.after });
  if (tokens.valid.length === 0) {
    log.warn('no token is valid, so that nobody gets in: "af token add" makes one', { file });
  }

  function reload(): void {
    tokens.replace(tokenSetOf(contentNow(file, tokens.gatewayId, wallClockMs())));
    log.info('the tokens were read again', { count: tokens.valid.length });
  }

  const watcher = watching(file, log, timers, () => {
    try {
      reload();
    } catch (error) {
      log.error('the tokens stay as they were', { reason: reasonOf(error) });
    }
  });
  return {
    tokens,
    firstToken,
    reload,
    close() {
      watcher?.close();
      tokens.close();
    },
  };
}

function openTokens({ file, log, wallClockMs }: KeeperOptions) {
  const found = readTokenFile(file);
  if (found.kind === 'tokens') return { content: found.content, firstToken: undefined };
  if (found.kind === 'plain') return takenOver(file, found.token, log, wallClockMs());
  const oldFile = path.join(path.dirname(file), OLD_NAME);
  const old = oldFile === file ? found : readTokenFile(oldFile);
  if (old.kind === 'plain') {
    const content = tokensOfPlain(old.token, wallClockMs());
    writeTokenFile(file, content);
    rmSync(oldFile);
    log.info('the token of an older version is kept as a digest from now on', { file });
    return { content, firstToken: old.token };
  }
  const { content, token } = firstTokens(wallClockMs());
  writeTokenFile(file, content);
  return { content, firstToken: token };
}

/** A token in plain text, as somebody chose it: it may be in a place that nobody can write to. */
function takenOver(file: string, token: string, log: Log, nowMs: number) {
  const content = tokensOfPlain(token, nowMs);
  try {
    writeTokenFile(file, content);
    log.info('the token file holds digests only from now on', { file });
  } catch (error) {
    log.warn('the token file cannot be rewritten, so that it still tells the token', {
      file,
      reason: reasonOf(error),
    });
  }
  return { content, firstToken: token };
}

/** No file is no tokens: whoever removes it wants nobody to get in. */
function contentNow(file: string, gatewayId: string, nowMs: number): TokenFile {
  const found = readTokenFile(file);
  if (found.kind === 'plain') return tokensOfPlain(found.token, nowMs);
  return found.kind === 'tokens' ? found.content : { gatewayId, tokens: [] };
}

/** The folder is watched: the file is replaced as a whole, and a watch would stay with the old one. */
function watching(
  file: string,
  log: Log,
  timers: Timers,
  changed: () => void,
): FSWatcher | undefined {
  let cancel = () => {};
  try {
    const watcher = watch(path.dirname(file), { persistent: false }, (_event, name) => {
      if (name !== null && name !== path.basename(file)) return;
      cancel();
      cancel = timers.after(SETTLE_MS, changed);
    });
    watcher.on('error', (error) => unwatched(log, file, error));
    watcher.on('close', () => cancel());
    return watcher;
  } catch (error) {
    unwatched(log, file, error);
    return undefined;
  }
}

function unwatched(log: Log, file: string, error: unknown): void {
  log.warn('changes of the token file are noticed on SIGHUP only', {
    file,
    reason: reasonOf(error),
  });
}

function canBeSeen(file: string): boolean {
  try {
    return canOthersRead(file);
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
