// What a dial string asks of a telephone line (original.md 11).

export type DialStep =
  | { readonly kind: 'tone' | 'pulse'; readonly digit: string }
  | { readonly kind: 'pause' | 'flash'; readonly durationMs: number };

export interface DialPlan {
  readonly steps: readonly DialStep[];
  /** A character that means nothing ended it. */
  readonly isAborted: boolean;
}

/** original.md 11; a digit of N pulses, then the pause before the next. */
const PULSE_MS = 58 + 38;
const PULSE_PAUSE_MS = 750;
const PAUSE_MS = 950;
const FLASH_MS_PER_FURTHER_CARET = 250;

/** Digits, * # A-D are dialed with tones, or after P with pulses, in which only digits can be dialed. */
export function parseDialString(number: string): DialPlan {
  const steps: DialStep[] = [];
  let dials: 'tone' | 'pulse' = 'tone';
  for (const [part = ''] of number.matchAll(/\^+|[^^]/gs)) {
    if (part === '\0') break;
    if (part.startsWith('^')) {
      const durationMs = (part.length - 1) * FLASH_MS_PER_FURTHER_CARET;
      steps.push({ kind: 'flash', durationMs });
    } else if (/[0-9]/.test(part) || (/[*#A-D]/.test(part) && dials === 'tone')) {
      steps.push({ kind: dials, digit: part });
    } else if (part === '!') {
      steps.push({ kind: 'pause', durationMs: PAUSE_MS });
    } else if (part === 'T') {
      dials = 'tone';
    } else if (part === 'P') {
      dials = 'pulse';
    } else if (!/[WX*#A-D]/.test(part)) {
      return { steps, isAborted: true };
    }
  }
  return { steps, isAborted: false };
}

export function pulseDigitMs(digit: string): number {
  const pulseCount = Number(digit) || 10;
  return pulseCount * PULSE_MS + PULSE_PAUSE_MS;
}
