// The sixteen DTMF digits: which two tones each is made of, and a string of them as the original's
// dialer plays it (original.md 11).
import { type ToneSegment, toneAtDbm0 } from './tone.ts';

/** Rows and columns of the keypad, in Hz (ITU-T Q.23). */
export const DTMF_LOW_HZ = [697, 770, 852, 941] as const;
export const DTMF_HIGH_HZ = [1209, 1336, 1477, 1633] as const;

/** Row by row. */
export const DTMF_DIGITS = '123A456B789C*0#D';

const LOW_LEVEL_DBM0 = -4;
const HIGH_LEVEL_DBM0 = -2;
const DIGIT_MS = 60;
const GAP_MS = 50;
const PAUSE_MS = 500;
export const DTMF_RAMP_MS = 3;

/** Digits with a gap after each, pauses for commas; whatever else a number is written with is skipped. */
export function dtmfSegments(dialString: string): ToneSegment[] {
  return Array.from(dialString.toUpperCase()).flatMap((character) => {
    if (character === ',') return [{ tones: [], durationMs: PAUSE_MS }];
    const key = DTMF_DIGITS.indexOf(character);
    const lowHz = DTMF_LOW_HZ[key >> 2];
    const highHz = DTMF_HIGH_HZ[key & 3];
    if (lowHz === undefined || highHz === undefined) return [];
    return [
      {
        tones: [toneAtDbm0(lowHz, LOW_LEVEL_DBM0), toneAtDbm0(highHz, HIGH_LEVEL_DBM0)],
        durationMs: DIGIT_MS,
      },
      { tones: [], durationMs: GAP_MS },
    ];
  });
}
