// The tokens that admit to the web side, as the gateway knows them: their digests, and what each is good for.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '#shared/relay/roles';

export interface KnownToken {
  /** What people call it. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256: tokens are random, so that nothing slower is needed to keep them secret. */
  readonly digest: Buffer;
  /** By the clock on the wall; undefined where it is good for ever. */
  readonly expiresMs: number | undefined;
}

export interface TokenSet {
  /** Tells the cookies of this gateway from those of others on the same host. */
  readonly gatewayId: string;
  readonly tokens: readonly KnownToken[];
}

export interface TokenPorts {
  readonly wallClockMs: () => number;
  after(delayMs: number, callback: () => void): () => void;
}

/** Timers cannot wait for a month; whatever expires later is looked at again then. */
const LONGEST_TIMER_MS = 20 * 24 * 60 * 60 * 1_000;

export class Tokens {
  readonly #ports: TokenPorts;
  readonly #listeners = new Set<() => void>();
  #set: TokenSet;
  #cancelExpiry: () => void = () => {};

  constructor(set: TokenSet, ports: TokenPorts) {
    this.#set = set;
    this.#ports = ports;
    this.#awaitExpiry();
  }

  get gatewayId(): string {
    return this.#set.gatewayId;
  }

  /** Those that admit now. */
  get valid(): readonly KnownToken[] {
    const nowMs = this.#ports.wallClockMs();
    return this.#set.tokens.filter(({ expiresMs }) => expiresMs === undefined || expiresMs > nowMs);
  }

  /** Takes as long whichever it is, and whether it is one at all. */
  find(shown: string): KnownToken | undefined {
    const digest = digestOf(shown);
    let found: KnownToken | undefined;
    for (const token of this.valid) {
      if (timingSafeEqual(token.digest, digest)) found = token;
    }
    return found;
  }

  /** Whether what was admitted by this token may go on: it is still there, and good for the same. */
  stillHolds(token: KnownToken): boolean {
    return this.valid.some(
      ({ digest, role }) => role === token.role && timingSafeEqual(digest, token.digest),
    );
  }

  replace(set: TokenSet): void {
    this.#set = set;
    this.#tell();
  }

  /** Calls back whenever some token may no longer be valid. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#cancelExpiry();
    this.#listeners.clear();
  }

  #tell(): void {
    this.#awaitExpiry();
    for (const listener of this.#listeners) listener();
  }

  #awaitExpiry(): void {
    this.#cancelExpiry();
    const expiries = this.valid.flatMap(({ expiresMs }) => expiresMs ?? []);
    if (expiries.length === 0) return;
    const delayMs = Math.min(...expiries) - this.#ports.wallClockMs();
    this.#cancelExpiry = this.#ports.after(Math.min(delayMs, LONGEST_TIMER_MS), () => this.#tell());
  }
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
