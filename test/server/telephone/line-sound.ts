// What is heard on a line, in the words of whoever picks up: which tones, which digits, or nothing.
import type { Device } from '#server/devices/face';
import { createDtmfDetector } from '#shared/audio/dtmf-detector';
import { fitTone } from '#test/shared/audio/tone-fit';

/** What the device heard in the `durationMs` before now. */
export function lastHeard(device: Device, durationMs: number): Int16Array {
  const frameCount = Math.round((device.rateHz * durationMs) / 1_000);
  const samples = new Int16Array(frameCount * device.channelCount);
  device.record(device.nowFrame() - frameCount, samples, frameCount);
  return samples;
}

const FREQUENCIES_HZ = [350, 440, 480, 620];

/** The call-progress frequencies that are in it, at whatever level. */
export function tonesIn(samples: Int16Array): number[] {
  return FREQUENCIES_HZ.filter((hz) => fitTone(samples, hz, 8_000).levelDb > 40);
}

export function isSilent(samples: Int16Array): boolean {
  return samples.every((sample) => sample === 0);
}

/** Such as `5 60 ms`: each digit, and for how long it sounds. */
export function timedDigitsIn(samples: Int16Array): string[] {
  const digits: string[] = [];
  let startFrame = 0;
  const detector = createDtmfDetector({
    rateHz: 8_000,
    onEvent({ kind, digit, frame }) {
      if (kind === 'start') startFrame = frame;
      else digits.push(`${digit} ${Math.round((frame - startFrame) / 8)} ms`);
    },
  });
  detector.add16(samples, 0, samples.length);
  detector.add16(new Int16Array(1_000), 0, 1_000);
  return digits;
}
