// Frames of the relay: there and back, at fixed places, and whatever bytes come.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import {
  decodeFrame,
  encodeFrame,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  MAX_MESSAGE_BYTES,
} from '#shared/relay/frame';
import { RelayError } from '#shared/relay/relay-error';
import { testSeed } from '#test/support/random';

const header: FrameHeader = {
  kind: 'played',
  flags: 3,
  device: 7,
  encoding: 'LIN16',
  channelCount: 2,
  frameCount: 2,
  sequence: 0x01020304,
  startTime: 0xfffffffe as never,
  senderMicroseconds: 2 ** 40 + 5,
};

const wholeEncodings = (Object.keys(encodings) as EncodingName[]).filter(
  (name) => encodings[name].samplesPerUnit === 1 && encodings[name].bytesPerUnit > 0,
);

function refusalOf(message: Uint8Array<ArrayBuffer>): RelayError | undefined {
  try {
    decodeFrame(message);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RelayError);
    return error as RelayError;
  }
}

describe('a frame', () => {
  it('stands in 24 bytes and its samples, each number at its place', () => {
    const message = encodeFrame(header, Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(FRAME_HEADER_BYTES).toBe(24);
    expect(message.length).toBe(24 + 8);
    const view = new DataView(message.buffer, message.byteOffset);
    expect([...message.subarray(0, 6)]).toEqual([1, 0, 3, 7, encodings.LIN16.id, 2]);
    expect(view.getUint16(6, true)).toBe(2);
    expect(view.getUint32(8, true)).toBe(0x01020304);
    expect(view.getUint32(12, true)).toBe(0xfffffffe);
    expect([view.getUint32(16, true), view.getUint32(20, true)]).toEqual([2 ** 8, 5]);
    expect([...message.subarray(FRAME_HEADER_BYTES)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('comes back as it was, in every encoding', () => {
    const headers = fc.record({
      kind: fc.constantFrom('played' as const, 'heard' as const),
      flags: fc.nat(255),
      device: fc.nat(255),
      encoding: fc.constantFrom(...wholeEncodings),
      channelCount: fc.integer({ min: 1, max: 8 }),
      frameCount: fc.nat(200),
      sequence: fc.nat(0xffff_ffff),
      startTime: fc.nat(0xffff_ffff),
      senderMicroseconds: fc.nat(2 ** 53 - 1),
    });
    fc.assert(
      fc.property(headers, (any) => {
        const one = any as FrameHeader;
        const { bytesPerUnit } = encodings[one.encoding];
        const samples = new Uint8Array(one.frameCount * one.channelCount * bytesPerUnit).fill(9);
        const frame = decodeFrame(encodeFrame(one, samples));
        expect(frame.header).toMatchObject(one);
        expect(frame.samples).toEqual(samples);
      }),
      { seed: testSeed },
    );
  });

  it('of another version is refused as such, whatever follows', () => {
    const message = encodeFrame(header, new Uint8Array(8));
    message[0] = 2;
    message[1] = 99;
    expect(refusalOf(message)).toMatchObject({ code: 'version' });
  });

  it.each([
    ['no bytes', () => new Uint8Array(0)],
    ['a cut header', () => encodeFrame(header, new Uint8Array(8)).slice(0, FRAME_HEADER_BYTES - 1)],
    ['too few samples', () => encodeFrame(header, new Uint8Array(7))],
    ['too many samples', () => encodeFrame(header, new Uint8Array(9))],
    ['a kind that is none', () => withByte(1, 2)],
    ['an encoding that is none', () => withByte(4, 200)],
    ['no channels', () => withByte(5, 0)],
    ['too many bytes', () => new Uint8Array(MAX_MESSAGE_BYTES + 1).fill(1)],
  ])('of %s makes no sense', (_what, message) => {
    expect(refusalOf(message())).toMatchObject({ code: 'malformed' });
  });

  it('of any bytes is a frame or refused, and nothing else', () => {
    const message = encodeFrame(header, new Uint8Array(8));
    const changes = fc.array(fc.tuple(fc.nat(31), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(40), (places, length) => {
        const changed = message.slice(0, length);
        for (const [at, value] of places) if (at < length) changed[at] = value;
        refusalOf(changed);
      }),
      { seed: testSeed, numRuns: 2_000 },
    );
  });
});

function withByte(at: number, value: number): Uint8Array<ArrayBuffer> {
  const message = encodeFrame(header, new Uint8Array(8));
  message[at] = value;
  return message;
}
