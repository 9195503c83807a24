// The hand-written decoder of the one hot message says what the table's decoder says, whatever the bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '#shared/protocol/errors';
import { requests } from '#shared/protocol/requests/index';
import { decodePlaySamples } from '#shared/wire/play-samples';
import { requestCodec, requestCodecs } from '#shared/wire/request-codec';
import type { RequestFrame } from '#shared/wire/request-reader';
import { build, byteOrders } from '#test/support/byte-builder';
import { assertSame, readRequests, requestReader } from '#test/support/streams';

const fromTable = requestCodec(requests.PlaySamples);

function outcome(decode: (frame: RequestFrame) => unknown, frame: RequestFrame): unknown {
  try {
    return decode(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return [error.errorName, error.value];
  }
}

it('is the one that is used', () => {
  expect(requestCodecs.PlaySamples.decode).toBe(decodePlaySamples);
});

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  it('equals the table for random frames', () => {
    const frames = fc.record({
      detail: fc.nat(255),
      units: fc.oneof(fc.nat(20), fc.constantFrom(16_384, 16_385, 17_500)),
      // Mostly near what the frame has room for, where the two could differ.
      byteCount: fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 0xffff_ffff })),
      rest: fc.uint8Array({ minLength: 8, maxLength: 80 }),
    });
    fc.assert(
      fc.property(frames, ({ detail, units, byteCount, rest }) => {
        const bytes = build(byteOrder).u8(7, detail).u16(units).bytes(rest.subarray(0, 8));
        const frame = bytes.u32(byteCount).bytes(rest.subarray(8)).build();
        const stream = new Uint8Array(4 * Math.max(units, 1));
        stream.set(frame.subarray(0, stream.length));
        let frameCount = 0;
        readRequests(requestReader(byteOrder), [stream], (request) => {
          assertSame(
            outcome(decodePlaySamples, request),
            outcome((whole) => fromTable.decode(whole), request),
          );
          frameCount += 1;
        });
        assertSame(frameCount, 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the samples as a view into the bytes that arrived', () => {
    const stream = build(byteOrder).u8(7, 1).u16(7).u32(1, 2, 7).u16(1, 0).zeros(8).build();
    readRequests(requestReader(byteOrder), [stream], (frame) => {
      const { samples } = decodePlaySamples(frame);
      expect(samples.buffer).toBe(stream.buffer);
      expect([samples.byteOffset, samples.length]).toEqual([20, 7]);
    });
  });
});
