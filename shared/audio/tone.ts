// Tone generator: sums of sines in timed segments, with soft edges, once or over and over. Single tones,
// DTMF digits (dtmf.ts) and the telephone's call-progress tones are all lists of such segments.
import { round16 } from './sample16.ts';

export interface Tone {
  readonly frequencyHz: number;
  /** Of its peak, re full scale. */
  readonly levelDbfs: number;
}

/** Tones that sound together for a time; a pause where there are none. */
export interface ToneSegment {
  readonly tones: readonly Tone[];
  /** Infinity never ends. */
  readonly durationMs: number;
}

export interface ToneOptions {
  readonly rateHz: number;
  readonly segments: readonly ToneSegment[];
  /** Begins again after the last segment; else the sound ends there. */
  readonly repeat: boolean;
  /** Rise and fall at the ends of each segment, inside its duration. */
  readonly rampMs: number;
}

export interface ToneGenerator {
  /**
   * Writes the next frames of the sound, mono, from `at` on; returns how many, fewer than `frameCount`
   * only where the sound ends. Blocks may be of any size. Allocates nothing.
   */
  fillFloat(output: Float32Array, at: number, frameCount: number): number;
  /** The same in 16 bits, rounded, and clipped where the tones together pass full scale. */
  fill16(output: Int16Array, at: number, frameCount: number): number;
  /** Frames of all segments together, once. */
  readonly totalFrames: number;
  /** Begins the sound anew. */
  reset(): void;
}

/** 0 dBm0 lies 3.17 dB below the largest sine of mu-law (ITU-T G.711), which is 8159 of 8192. */
const DBM0_IN_DBFS = 20 * Math.log10(8159 / 8192) - 3.17;

/** A tone at a telephone level: dB re the digital milliwatt. */
export function toneAtDbm0(frequencyHz: number, levelDbm0: number): Tone {
  return { frequencyHz, levelDbfs: levelDbm0 + DBM0_IN_DBFS };
}

/** Bells ring so, and callers hear it so (original.md 11). */
export const RING_CADENCE = { ringMs: 2_000, restMs: 4_000 } as const;

/** What a North American exchange lets a caller hear; each repeats. */
export const CALL_PROGRESS = {
  dial: progress([350, 440], -13, Number.POSITIVE_INFINITY),
  ringback: progress([440, 480], -19, RING_CADENCE.ringMs, RING_CADENCE.restMs),
  busy: progress([480, 620], -24, 500, 500),
  reorder: progress([480, 620], -24, 250, 250),
} as const satisfies Record<string, readonly ToneSegment[]>;

function progress(
  frequenciesHz: readonly number[],
  levelDbm0: number,
  onMs: number,
  offMs = 0,
): readonly ToneSegment[] {
  const tones = frequenciesHz.map((frequencyHz) => toneAtDbm0(frequencyHz, levelDbm0));
  return [
    { tones, durationMs: onMs },
    { tones: [], durationMs: offMs },
  ];
}

interface PreparedSegment {
  readonly frameCount: number;
  /** For each tone. */
  readonly turnsPerFrame: Float64Array;
  readonly amplitudes: Float64Array;
}

export function createToneGenerator(options: ToneOptions): ToneGenerator {
  const { rateHz, repeat } = options;
  const segments = options.segments.map((segment) => prepared(segment, rateHz));
  const totalFrames = segments.reduce((sum, segment) => sum + segment.frameCount, 0);
  const rampFrames = Math.round((options.rampMs / 1000) * rateHz);
  /** A raised cosine: the gain so many frames from the first or the last of a segment. */
  const ramp = Float64Array.from(
    { length: rampFrames },
    (_, fromEdge) => 0.5 - 0.5 * Math.cos((Math.PI * fromEdge) / rampFrames),
  );
  let segmentIndex = 0;
  let segmentFrame = 0;

  /** The segment that the next frame belongs to; undefined at the end of the sound. */
  function currentSegment(): PreparedSegment | undefined {
    if (totalFrames === 0) return undefined;
    for (;;) {
      const segment = segments[segmentIndex];
      if (segment === undefined) {
        if (!repeat) return undefined;
        segmentIndex = 0;
      } else if (segmentFrame < segment.frameCount) {
        return segment;
      } else {
        segmentIndex += 1;
        segmentFrame = 0;
      }
    }
  }

  function fill(
    output: Float32Array | Int16Array,
    at: number,
    frameCount: number,
    isInteger: boolean,
  ): number {
    let done = 0;
    while (done < frameCount) {
      const segment = currentSegment();
      if (segment === undefined) break;
      const count = Math.min(frameCount - done, segment.frameCount - segmentFrame);
      for (let i = 0; i < count; i++) {
        const frame = segmentFrame + i;
        const value = valueAt(segment, frame) * edgeGain(segment, frame);
        output[at + done + i] = isInteger ? round16(0x7fff * value) : value;
      }
      segmentFrame += count;
      done += count;
    }
    return done;
  }

  function edgeGain(segment: PreparedSegment, frame: number): number {
    const fromEdge = Math.min(frame, segment.frameCount - 1 - frame);
    return fromEdge >= rampFrames ? 1 : (ramp[fromEdge] as number);
  }

  return {
    fillFloat: (output, at, frameCount) => fill(output, at, frameCount, false),
    fill16: (output, at, frameCount) => fill(output, at, frameCount, true),
    totalFrames,
    reset() {
      segmentIndex = 0;
      segmentFrame = 0;
    },
  };
}

function prepared({ tones, durationMs }: ToneSegment, rateHz: number): PreparedSegment {
  return {
    frameCount: Math.round((durationMs / 1000) * rateHz),
    turnsPerFrame: Float64Array.from(tones, (tone) => tone.frequencyHz / rateHz),
    amplitudes: Float64Array.from(tones, (tone) => 10 ** (tone.levelDbfs / 20)),
  };
}

function valueAt({ turnsPerFrame, amplitudes }: PreparedSegment, frame: number): number {
  let sum = 0;
  for (let tone = 0; tone < amplitudes.length; tone++) {
    const turns = (turnsPerFrame[tone] as number) * frame;
    // Whole turns are taken off, so that a tone stays as clean after days as at its start.
    sum += (amplitudes[tone] as number) * Math.sin(2 * Math.PI * (turns - Math.floor(turns)));
  }
  return sum;
}
