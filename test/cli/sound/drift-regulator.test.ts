// Two clocks that disagree, simulated: the delay between them is held.
import { describe, expect, it } from 'vitest';
import { createDriftRegulator } from '#cli/sound/drift-regulator';
import { seededRandom, testSeed } from '#test/support/random';

const BLOCK_SECONDS = 0.04;

/** `driftPpm`: how much faster the source's clock runs. Gives the error after each block, in ms. */
function simulate(driftPpm: number, jitterMs: number, firstErrorMs: number, seconds: number) {
  const random = seededRandom(testSeed);
  const regulator = createDriftRegulator(0.3);
  const errorsMs: number[] = [];
  let ahead = 0.3 + firstErrorMs / 1_000;
  for (let passed = 0; passed < seconds; passed += BLOCK_SECONDS) {
    // A block lasts so long at the source, and is played at the speed that is asked for.
    ahead += BLOCK_SECONDS / regulator.speed - BLOCK_SECONDS / (1 + driftPpm / 1e6);
    const lateSeconds = (random(1_000) / 1_000) * (jitterMs / 1_000);
    regulator.arrived(ahead - lateSeconds, BLOCK_SECONDS);
    errorsMs.push((ahead - 0.3) * 1_000);
  }
  return { regulator, errorsMs };
}

describe('the regulator of a pass', () => {
  it.each([0, 50, -50, 300, -300])('settles at the delay with clocks %i ppm apart', (driftPpm) => {
    const { regulator, errorsMs } = simulate(driftPpm, 0, 20, 180);
    expect(Math.abs(errorsMs.at(-1) ?? 99)).toBeLessThan(0.5);
    expect((regulator.speed - 1) * 1e6).toBeCloseTo(driftPpm, -1);
  });

  it('changes the pitch by half a percent at most, and hardly at all when it has settled', () => {
    const { errorsMs, regulator } = simulate(100, 10, 100, 240);
    expect(Math.abs(regulator.speed - 1)).toBeLessThan(0.0005);
    // Half the jitter is what the smoothed arrivals are late by.
    expect(Math.abs((errorsMs.at(-1) ?? 99) - 5)).toBeLessThan(2);
    const far = createDriftRegulator(0.3);
    far.arrived(9, 1);
    expect(far.speed).toBeCloseTo(1.005, 9);
  });

  it('keeps what it learned of the clocks when the delay is set anew', () => {
    const { regulator } = simulate(200, 0, 0, 180);
    regulator.restart();
    expect(regulator.errorSeconds).toBe(0);
    expect((regulator.speed - 1) * 1e6).toBeCloseTo(200, -1);
  });
});
