// The file of the tokens that admit to the web side: made at the gateway's first start, changed by `af token`,
// readable by its owner only. It holds digests, so that whoever reads it still has no token.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from '#server/config/config-error';
import { digestOf, type TokenSet } from '#server/http/tokens';
import { reasonOf } from '#server/log';
import { stateFolder } from '#server/state-folder';
import { errorCode } from '#server/transport/error-code';
import { roleNames } from '#shared/relay/roles';

const USUAL_NAME = 'tokens.json';
/** The name of the file in which an older gateway kept its one token, beside where this one keeps all. */
const OLD_NAME = 'token';

/** What names a token; it also stands in links of the API. */
export const TOKEN_NAME = /^[\w.-]{1,64}$/;
/** Each request is compared with all of them. */
export const MAX_TOKENS = 256;
/** The one that is made at the first start, or that an older gateway had. */
const FIRST_NAME = 'first';

const TOKEN_BYTES = 32;
const GATEWAY_ID_DIGITS = 8;
/** A person may choose a token, but no short one. */
const CHOSEN_TOKEN = /^[\w.~-]{16,256}$/;
const MAX_FILE_BYTES = 1024 * 1024;

const storedToken = z.strictObject({
  name: z.string().regex(TOKEN_NAME),
  role: z.enum(roleNames),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
});

const tokenFile = z.strictObject({
  gatewayId: z.string().regex(/^[0-9a-f]{8}$/),
  tokens: z.array(storedToken).max(MAX_TOKENS),
});

export type StoredToken = z.infer<typeof storedToken>;
export type TokenFile = z.infer<typeof tokenFile>;

/** Where they are kept unless the configuration says otherwise. */
export function defaultTokenFile(environment: NodeJS.ProcessEnv): string {
  return path.join(stateFolder(environment), USUAL_NAME);
}

/** A new token, and what the file keeps of it. */
export function newToken(about: Pick<StoredToken, 'name' | 'role' | 'expiresAt'>, nowMs: number) {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, stored: storedOf(token, about, nowMs) };
}

export function tokenSetOf({ gatewayId, tokens }: TokenFile): TokenSet {
  return {
    gatewayId,
    tokens: tokens.map(({ name, role, sha256, expiresAt }) => ({
      name,
      role,
      digest: Buffer.from(sha256, 'hex'),
      expiresMs: expiresAt === undefined ? undefined : Date.parse(expiresAt),
    })),
  };
}

/** What a token file holds: tokens, the one token of an older gateway in plain text, or nothing yet. */
export type TokenFileContent =
  | { readonly kind: 'tokens'; readonly content: TokenFile }
  /** `oldFile` is where it stands, if that is another file; it is to be removed when this one has it. */
  | { readonly kind: 'plain'; readonly token: string; readonly oldFile?: string }
  | { readonly kind: 'missing' };

/** Throws a ConfigError where there is something else. */
export function readTokenFile(file: string): TokenFileContent {
  const text = textOf(file);
  if (text === undefined) return oldTokenBeside(file) ?? { kind: 'missing' };
  if (CHOSEN_TOKEN.test(text.trim())) return { kind: 'plain', token: text.trim() };
  const parsed = tokenFile.safeParse(jsonOf(text));
  if (parsed.success) return { kind: 'tokens', content: parsed.data };
  throw new ConfigError(
    'AF_UNREADABLE_FILE',
    `The token file ${file} holds no tokens that make sense: correct it, or delete it, and a new one is made.`,
  );
}

function oldTokenBeside(file: string): TokenFileContent | undefined {
  if (path.basename(file) !== USUAL_NAME) return undefined;
  const oldFile = path.join(path.dirname(file), OLD_NAME);
  const token = textOf(oldFile)?.trim() ?? '';
  return CHOSEN_TOKEN.test(token) ? { kind: 'plain', token, oldFile } : undefined;
}

export function canOthersRead(file: string): boolean {
  return (statSync(file).mode & 0o077) !== 0;
}

/** The file as it is to be where there was none, and the token that it then admits. */
export function firstTokens(nowMs: number): { content: TokenFile; token: string } {
  const { token, stored } = newToken({ name: FIRST_NAME, role: 'admin' }, nowMs);
  const gatewayId = randomBytes(GATEWAY_ID_DIGITS / 2).toString('hex');
  return { token, content: { gatewayId, tokens: [stored] } };
}

/** The token of an older gateway did everything. Its cookies stay good. */
export function tokensOfPlain(token: string, nowMs: number): TokenFile {
  const stored = storedOf(token, { name: FIRST_NAME, role: 'admin' }, nowMs);
  return { gatewayId: stored.sha256.slice(0, GATEWAY_ID_DIGITS), tokens: [stored] };
}

/** Replaces the file at once and whole, for its owner only. Throws a ConfigError where that cannot be. */
export function writeTokenFile(file: string, content: TokenFile): void {
  lock(file);
  writeLocked(file, content);
}

/**
 * Reads, changes and writes the file while nobody else does. Throws a ConfigError, and what `change` throws.
 * A file that is missing is made, with no token but what `change` adds.
 */
export function updateTokenFile(file: string, change: (content: TokenFile) => TokenFile): void {
  lock(file);
  try {
    const found = readTokenFile(file);
    const nowMs = Date.now();
    const content =
      found.kind === 'tokens'
        ? found.content
        : found.kind === 'plain'
          ? tokensOfPlain(found.token, nowMs)
          : { ...firstTokens(nowMs).content, tokens: [] };
    writeLocked(file, change(content));
    if (found.kind === 'plain' && found.oldFile !== undefined) rmSync(found.oldFile);
  } catch (error) {
    unlock(file);
    throw error;
  }
}

function storedOf(
  token: string,
  { name, role, expiresAt }: Pick<StoredToken, 'name' | 'role' | 'expiresAt'>,
  nowMs: number,
): StoredToken {
  return {
    name,
    role,
    sha256: digestOf(token).toString('hex'),
    createdAt: new Date(nowMs).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
}

/** What is written first lies beside the file; while it is there, nobody else writes. */
function lockFile(file: string): string {
  return `${file}.new`;
}

/** Writing takes milliseconds: what is older was left by somebody who was killed. */
const STALE_LOCK_MS = 10_000;
const LOCK_TRIES = 200;
const LOCK_WAIT_MS = 10;

function lock(file: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    for (let attempt = 1; !tryLock(file, attempt === LOCK_TRIES); attempt += 1) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_WAIT_MS);
    }
  } catch (error) {
    throw unwritable(file, error);
  }
}

function tryLock(file: string, isLast: boolean): boolean {
  try {
    const descriptor = openSync(lockFile(file), 'wx', 0o600);
    try {
      keepOwner(file, descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (isLast || errorCode(error) !== 'EEXIST') throw error;
    if (ageMs(lockFile(file)) > STALE_LOCK_MS) unlock(file);
    return false;
  }
}

/** What root writes for a gateway that runs as somebody else, that gateway must go on reading. */
function keepOwner(file: string, descriptor: number): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(file, { throwIfNoEntry: false }) ?? statSync(path.dirname(file));
  fchownSync(descriptor, uid, gid);
}

function ageMs(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function unlock(file: string): void {
  rmSync(lockFile(file), { force: true });
}

function writeLocked(file: string, content: TokenFile): void {
  try {
    writeFileSync(lockFile(file), `${JSON.stringify(content, undefined, 2)}\n`);
    renameSync(lockFile(file), file);
  } catch (error) {
    unlock(file);
    throw unwritable(file, error);
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file).subarray(0, MAX_FILE_BYTES).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unusable(file, 'read', error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unwritable(file: string, error: unknown): ConfigError {
  return unusable(file, 'written', error);
}

function unusable(file: string, deed: 'read' | 'written', error: unknown): ConfigError {
  return new ConfigError(
    'AF_UNREADABLE_FILE',
    `The token file ${file} cannot be ${deed}, and without it nobody could be let in from the network: ${reasonOf(error)}.`,
  );
}
