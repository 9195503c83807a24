// The changes of tokens that an admin makes over the web side, on the same file as `af token`.
import type { NewToken, TokenAdmin, TokenStatus } from '#server/http/admin-api';
import {
  MAX_TOKENS,
  newToken,
  readTokenFile,
  type StoredToken,
  type TokenFile,
  updateTokenFile,
} from './token-file.ts';

/** Thrown where a token cannot be added; the message is a sentence for people. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** Later dates have no place in the file, which would then be one that makes no sense. */
const LAST_EXPIRY_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** The new token in plain text. Throws a TokenRefused or a ConfigError. */
export function addToken(file: string, wanted: NewToken, nowMs: number): string {
  const { expiresAt } = wanted;
  if (expiresAt !== undefined && !(Date.parse(expiresAt) <= LAST_EXPIRY_MS)) {
    throw new TokenRefused(
      'That is no date, or one after the year 9999: leave it out, and the token is good for ever.',
    );
  }
  const { token, stored } = newToken(wanted, nowMs);
  if (hasExpired(stored, nowMs)) {
    throw new TokenRefused('That token would have expired already: give it longer.');
  }
  updateTokenFile(file, (content) => {
    const tokens = content.tokens.filter((each) => !hasExpired(each, nowMs));
    if (tokens.some(({ name }) => name === wanted.name)) {
      throw new TokenRefused(
        `There is a token "${wanted.name}" already: take another name, or revoke that one first.`,
      );
    }
    if (tokens.length >= MAX_TOKENS) {
      throw new TokenRefused(`There are ${MAX_TOKENS} tokens already: revoke some of them first.`);
    }
    return { ...content, tokens: [...tokens, stored] };
  });
  return token;
}

/** False when there is none of that name. Throws a ConfigError. */
export function revokeToken(file: string, wantedName: string): boolean {
  let isFound = false;
  updateTokenFile(file, (content) => {
    const tokens = content.tokens.filter(({ name }) => name !== wantedName);
    isFound = tokens.length < content.tokens.length;
    return { ...content, tokens };
  });
  return isFound;
}

/** What the file holds, without the digests. Throws a ConfigError. */
export function listTokens(file: string): TokenStatus[] {
  const found = readTokenFile(file);
  const tokens: TokenFile['tokens'] = found.kind === 'tokens' ? found.content.tokens : [];
  return tokens.map(({ name, role, createdAt, expiresAt }) => ({
    name,
    role,
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
  }));
}

export function hasExpired({ expiresAt }: Pick<StoredToken, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
}

/** `changed` makes the gateway take the file over before the answer is sent. */
export function tokenAdmin(
  file: string,
  wallClockMs: () => number,
  changed: () => void,
): TokenAdmin {
  return {
    list: () => listTokens(file),
    add(wanted) {
      try {
        const token = addToken(file, wanted, wallClockMs());
        changed();
        return { token };
      } catch (error) {
        if (error instanceof TokenRefused) return { why: error.message };
        throw error;
      }
    },
    revoke(name) {
      const isFound = revokeToken(file, name);
      changed();
      return isFound;
    },
  };
}
