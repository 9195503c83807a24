// Frames as listeners get them are those of the table, although they are not made by it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameMessage } from '#server/relay/frame-message';
import { FrameTemplate } from '#server/relay/frame-template';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame } from '#shared/relay/frame';

const kinds = [
  { encoding: 'LIN16', channelCount: 2, frameCount: 960, sampleByteCount: 3_840 },
  { encoding: 'MU255', channelCount: 1, frameCount: 80, sampleByteCount: 80 },
] as const;

describe('a template for frames', () => {
  it.each(kinds)('makes what the table makes: $encoding', ({ sampleByteCount, ...format }) => {
    const header = { kind: 'played', device: 7, ...format } as const;
    const template = new FrameTemplate(header, sampleByteCount);
    const moment = fc.record({
      flags: fc.nat(3),
      sequence: fc.nat(2 ** 32 - 1),
      startTime: fc.nat(2 ** 32 - 1).map(deviceTime),
      senderMicroseconds: fc.nat(Number.MAX_SAFE_INTEGER),
    });
    const samples = fc.uint8Array({ minLength: sampleByteCount, maxLength: sampleByteCount });
    fc.assert(
      fc.property(moment, samples, (each, bytes) => {
        const expected = frameMessage(encodeFrame({ ...header, ...each }, bytes));
        expect(template.message(each, bytes).equals(expected)).toBe(true);
      }),
    );
  });
});
