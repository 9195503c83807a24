// Random numbers that come again when the seed does.

/** Numbers from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

export function seededRandom(seed: number): Random {
  const fraction = seededFractions(seed);
  return (below) => Math.floor(fraction() * below);
}

/** Numbers from 0 up to, but not including, 1. Mulberry32: 32 bits of state, every seed as good as another. */
export function seededFractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Gaussian noise with an RMS of 1. */
export function seededNoise(seed: number): () => number {
  const fraction = seededFractions(seed);
  return () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
}

/** A new seed each run, or the one of a run that failed: SEED=123 npx vitest … */
export const testSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
