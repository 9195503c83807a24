// Attackers that go on side by side, and what they did last, so that whatever happens can be made to happen again.
import { type Random, seededRandom } from '#test/support/random';
import type { Attack, Target } from './attack.ts';

/** What an attack was: its name and seed make it again, and these are the bytes that it sent. */
export interface Attempt {
  readonly attack: Attack;
  readonly seed: number;
  readonly sentBytes: readonly Uint8Array[];
  startedMs: number;
  /** Infinite while it goes on. */
  endedMs: number;
}

/** How long what was done is remembered. */
const REMEMBERED_MS = 5_000;
/** Longer streams are made again from their seed. */
const SHOWN_BYTES = 4_096;

export class Attackers {
  readonly #target: Target;
  readonly #seed: Random;
  #attempts: Attempt[] = [];
  count = 0;

  constructor(target: Target, random: Random) {
    this.#target = target;
    this.#seed = random;
  }

  /** One after the other, until it is over: which they are depends on nothing but how many went on before. */
  async run(attacks: readonly Attack[], isOver: () => boolean): Promise<void> {
    const random = seededRandom(this.#seed(2 ** 31));
    while (!isOver()) {
      const attack = attacks[random(attacks.length)];
      if (attack) await this.attempt(attack, random(2 ** 31));
    }
  }

  async attempt(attack: Attack, seed: number): Promise<Attempt> {
    const sentBytes: Uint8Array[] = [];
    const attempt: Attempt = {
      attack,
      seed,
      sentBytes,
      startedMs: performance.now(),
      endedMs: Number.POSITIVE_INFINITY,
    };
    this.#attempts.push(attempt);
    await attack.run(this.#target, seededRandom(seed), (bytes) => sentBytes.push(bytes.slice()));
    attempt.endedMs = performance.now();
    this.count += 1;
    this.#forget();
    return attempt;
  }

  /** Those that went on at any time since then. */
  since(startMs: number): Attempt[] {
    return this.#attempts.filter(({ endedMs }) => endedMs >= startMs);
  }

  #forget(): void {
    if (this.count % 100 !== 0) return;
    const oldestMs = performance.now() - REMEMBERED_MS;
    this.#attempts = this.#attempts.filter(({ endedMs }) => endedMs >= oldestMs);
  }
}

/** For people: how to do it again, and what it sent. */
export function inWords({ attack, seed, sentBytes }: Attempt): string {
  const bytes = Buffer.concat(sentBytes);
  const shown = bytes.subarray(0, SHOWN_BYTES).toString('hex');
  const rest = bytes.length > SHOWN_BYTES ? `… (${bytes.length} bytes in all)` : '';
  return `ATTACK="${attack.name}:${seed}" sent ${shown}${rest}`;
}
