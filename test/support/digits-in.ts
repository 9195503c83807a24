// The digits whose tones are in a recording, one after the other.
import { createDtmfDetector } from '#shared/audio/dtmf-detector';

export function digitsIn(samples: Int16Array, rateHz: number): string {
  const digits: string[] = [];
  const detector = createDtmfDetector({
    rateHz,
    onEvent: ({ kind, digit }) => {
      if (kind === 'start') digits.push(digit);
    },
  });
  detector.add16(samples, 0, samples.length);
  return digits.join('');
}
