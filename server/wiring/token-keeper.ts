// The tokens of a running gateway: read or made at its start, and read again when the file changes or on SIGHUP,
// so that a token which was revoked is good for nothing at once.
import { type FSWatcher, rmSync, watch } from 'node:fs';
import path from 'node:path';
import type { Timers } from '#server/devices/face';
import { Tokens } from '#server/http/tokens';
import { type Log, reasonOf } from '#server/log';
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

function openTokens(options: KeeperOptions) {
  const { file, wallClockMs } = options;
  const found = readTokenFile(file);
  if (found.kind === 'tokens') return { content: found.content, firstToken: undefined };
  if (found.kind === 'plain') return takenOver(options, found);
  const { content, token } = firstTokens(wallClockMs());
  writeTokenFile(file, content);
  return { content, firstToken: token };
}

/** A token in plain text, as somebody chose it: it may be in a place that nobody can write to. */
function takenOver(
  { file, log, wallClockMs }: KeeperOptions,
  { token, oldFile }: { readonly token: string; readonly oldFile?: string },
) {
  const content = tokensOfPlain(token, wallClockMs());
  try {
    writeTokenFile(file, content);
    if (oldFile !== undefined) rmSync(oldFile);
    log.info('the token is kept as a digest only from now on', { file });
  } catch (error) {
    log.warn('the token file cannot be rewritten, so that it still tells the token', {
      file: oldFile ?? file,
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
