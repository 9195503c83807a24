// Random numbers that come again when the seed does.

/** Numbers from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** Mulberry32: 32 bits of state, every seed as good as another. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A new seed each run, or the one of a run that failed: SEED=123 npx vitest … */
export const testSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
