// What a telephone in the page sounds like by itself, as tones in timed segments: its bell, what a caller hears
// before somebody answers, and the end of a call.
import { CALL_PROGRESS, RING_CADENCE, type ToneSegment, toneAtDbm0 } from '#shared/audio/tone';

export type PhoneSignal = 'ring' | 'ringback' | 'busy' | 'notAnswered' | 'ended';

export interface SignalSound {
  readonly segments: readonly ToneSegment[];
  /** Begins again after the last segment, until it is ended. */
  readonly repeats: boolean;
}

/** Two tones in turn, twelve times a second, as electronic bells have it. */
const BELL_HZ = [1_040, 1_300] as const;
const BELL_LEVEL_DBM0 = -16;
const BELL_PART_MS = 40;

const ENDED_LEVEL_DBM0 = -22;
const ENDED_BEEP_MS = 180;

export const phoneSignals: Readonly<Record<PhoneSignal, SignalSound>> = {
  ring: {
    segments: [
      ...Array.from({ length: RING_CADENCE.ringMs / BELL_PART_MS }, (_, part) => ({
        tones: [toneAtDbm0(BELL_HZ[part % 2 === 0 ? 0 : 1], BELL_LEVEL_DBM0)],
        durationMs: BELL_PART_MS,
      })),
      { tones: [], durationMs: RING_CADENCE.restMs },
    ],
    repeats: true,
  },
  ringback: { segments: CALL_PROGRESS.ringback, repeats: true },
  busy: { segments: repeated(CALL_PROGRESS.busy, 4), repeats: false },
  notAnswered: { segments: repeated(CALL_PROGRESS.reorder, 6), repeats: false },
  ended: {
    segments: repeated(
      [
        { tones: [toneAtDbm0(480, ENDED_LEVEL_DBM0)], durationMs: ENDED_BEEP_MS },
        { tones: [], durationMs: ENDED_BEEP_MS },
      ],
      3,
    ),
    repeats: false,
  },
};

function repeated(segments: readonly ToneSegment[], times: number): readonly ToneSegment[] {
  return Array.from({ length: times }, () => segments).flat();
}
