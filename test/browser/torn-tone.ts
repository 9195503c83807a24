// Where a tone is torn, and where threads that it goes through stood still.

export interface Period {
  readonly amplitude: number;
  /** How far the tone is beside an even one, in cycles. */
  readonly cycles: number;
}

/** A stretch of time in which something was wrong. */
export interface Tear {
  readonly startMs: number;
  readonly endMs: number;
}

/** How strong a tone is in each of its periods, which are whole numbers of samples. */
export function periodsOf(samples: Float32Array, periodFrames: number): Period[] {
  return Array.from({ length: samples.length / periodFrames }, (_, period) => {
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < periodFrames; i++) {
      const sample = samples[period * periodFrames + i] as number;
      const angle = (2 * Math.PI * i) / periodFrames;
      real += (2 * sample * Math.cos(angle)) / periodFrames;
      imaginary += (2 * sample * Math.sin(angle)) / periodFrames;
    }
    const cycles = Math.atan2(imaginary, real) / (2 * Math.PI);
    return { amplitude: Math.hypot(real, imaginary), cycles };
  });
}

/** From each period to the next, by how much its place differs from that of an even tone. */
export function stepsOf(periods: readonly Period[]): number[] {
  return periods.slice(1).map(({ cycles }, i) => {
    const step = cycles - (periods[i]?.cycles ?? 0);
    return step - Math.round(step);
  });
}

/** The stretches of times that lie no farther apart than that. */
export function stretchesOf(timesMs: readonly number[], apartMs: number): Tear[] {
  const stretches: { startMs: number; endMs: number }[] = [];
  for (const timeMs of timesMs) {
    const last = stretches.at(-1);
    if (last && timeMs - last.endMs <= apartMs) last.endMs = timeMs;
    else stretches.push({ startMs: timeMs, endMs: timeMs });
  }
  return stretches;
}

const RECENT_MS = 5_000;

/**
 * When an audio thread was behind its usual time by more than that, on the wall clock. `moments` are pairs of the
 * wall clock and the context's.
 */
export function lateMoments(
  moments: readonly (readonly [number, number])[],
  allowedMs: number,
): number[] {
  let least = { latenessMs: Number.POSITIVE_INFINITY, wallMs: 0 };
  return moments.flatMap(([wallMs, contextMs]) => {
    const latenessMs = wallMs - contextMs;
    if (latenessMs < least.latenessMs || wallMs - least.wallMs > RECENT_MS) {
      least = { latenessMs, wallMs };
    }
    return latenessMs - least.latenessMs > allowedMs ? [wallMs] : [];
  });
}

/** When a thread that takes its turn every 10 ms did not for more than so much longer. */
export function missedTurns(turnsMs: readonly number[], allowedMs: number): number[] {
  return turnsMs.filter((turnMs, i) => turnMs - (turnsMs[i - 1] ?? turnMs) > 10 + allowedMs);
}
