// Linear samples of all widths and in both byte orders.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ieeedCodec, ieeesCodec } from '#shared/audio/encodings/ieee';
import { lin8Codec, lin8uCodec, lin16Codec, lin32Codec } from '#shared/audio/encodings/linear';
import { copySamples } from '#shared/audio/encodings/sample-bytes';
import { decodeStream, encodeStream } from './whole-streams.ts';

/** A copy that begins at an odd address. */
function unaligned(bytes: Uint8Array): Uint8Array {
  const shifted = new Uint8Array(bytes.length + 1).subarray(1);
  shifted.set(bytes);
  return shifted;
}

function writeNumbers(
  numbers: ArrayLike<number>,
  bytesPerNumber: number,
  write: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(numbers.length * bytesPerNumber);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) write(view, i * bytesPerNumber, numbers[i] as number);
  return bytes;
}

describe.each([false, true])('integers with the high byte first: %s', (bigEndian) => {
  const order = !bigEndian;

  it('reads and writes LIN16 wherever the bytes lie', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 40 }), (samples) => {
        const bytes = writeNumbers(samples, 2, (view, at, value) =>
          view.setInt16(at, value, order),
        );
        const decoded = new Int16Array(samples.length);
        expect(lin16Codec.createDecoder(1).decode(unaligned(bytes), decoded, bigEndian)).toBe(
          samples.length,
        );
        expect(decoded).toEqual(samples);
        const encoded = unaligned(new Uint8Array(bytes.length));
        const encoder = lin16Codec.createEncoder(1);
        expect(encoder.encode(samples, samples.length, encoded, bigEndian)).toBe(bytes.length);
        expect(encoded).toEqual(bytes);
      }),
    );
  });

  it('reads and writes LIN32 wherever the bytes lie', () => {
    fc.assert(
      fc.property(fc.int32Array({ maxLength: 40 }), (samples) => {
        const bytes = writeNumbers(samples, 4, (view, at, value) =>
          view.setInt32(at, value, order),
        );
        const decoded = new Int32Array(samples.length);
        expect(lin32Codec.createDecoder(1).decode(unaligned(bytes), decoded, bigEndian)).toBe(
          samples.length,
        );
        expect(decoded).toEqual(samples);
        const encoded = unaligned(new Uint8Array(bytes.length));
        const encoder = lin32Codec.createEncoder(1);
        expect(encoder.encode(samples, samples.length, encoded, bigEndian)).toBe(bytes.length);
        expect(encoded).toEqual(bytes);
      }),
    );
  });

  it('takes floating point as little-endian all the same', () => {
    const values = Float64Array.of(0, -0, 1, -1, 0.1, -0.7, 1e-40, 5e300, -Infinity);
    const asFloats = Float64Array.from(values, Math.fround);
    const decoded = new Float64Array(values.length);
    const encoded = unaligned(new Uint8Array(values.length * 8));

    const wide = writeNumbers(values, 8, (view, at, value) => view.setFloat64(at, value, true));
    ieeedCodec.createDecoder(1).decode(unaligned(wide), decoded, bigEndian);
    expect(decoded).toEqual(values);
    expect(ieeedCodec.createEncoder(1).encode(values, values.length, encoded, bigEndian)).toBe(72);
    expect(encoded).toEqual(wide);

    const narrow = writeNumbers(values, 4, (view, at, value) => view.setFloat32(at, value, true));
    ieeesCodec.createDecoder(1).decode(unaligned(narrow), decoded, bigEndian);
    expect(decoded).toEqual(asFloats);
    expect(ieeesCodec.createEncoder(1).encode(values, values.length, encoded, bigEndian)).toBe(36);
    expect(encoded.subarray(0, 36)).toEqual(narrow);
  });
});

describe('linear coders', () => {
  it('encode only as many samples as they are told', () => {
    const output = new Uint8Array(8).fill(0xee);
    lin16Codec.createEncoder(1).encode(Int16Array.of(1, 2, 3, 4), 2, output, false);
    expect([...output]).toEqual([1, 0, 2, 0, 0xee, 0xee, 0xee, 0xee]);
  });

  it('follow their buffers when these change from call to call', () => {
    const decoder = lin16Codec.createDecoder(1);
    const encoder = lin16Codec.createEncoder(1);
    const first = new Int16Array(2);
    const second = new Int16Array(2);
    decoder.decode(Uint8Array.of(1, 0, 2, 0), first, false);
    decoder.decode(Uint8Array.of(3, 0), second, false);
    decoder.decode(Uint8Array.of(4, 0), first, false);
    expect([...first, ...second]).toEqual([4, 2, 3, 0]);
    const bytes = new Uint8Array(4);
    encoder.encode(first, 2, bytes, false);
    encoder.encode(second, 2, bytes, false);
    expect([...bytes]).toEqual([3, 0, 0, 0]);
  });

  it('turn round samples of 16 and of 32 bits', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const turned = new Uint8Array(8);
    copySamples(bytes, turned, 2, true);
    expect([...turned]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
    copySamples(bytes, turned, 4, true);
    expect([...turned]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  });
});

describe('8-bit linear', () => {
  const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  it('is the high half of 16 bits, signed', () => {
    const samples = decodeStream(lin8Codec, allBytes);
    expect([samples[0], samples[1], samples[127], samples[128], samples[255]]).toEqual([
      0, 256, 32512, -32768, -256,
    ]);
  });

  it('is the high half of 16 bits around 128, unsigned', () => {
    const samples = decodeStream(lin8uCodec, allBytes);
    expect([samples[0], samples[127], samples[128], samples[255]]).toEqual([
      -32768, -256, 0, 32512,
    ]);
  });

  it.each([lin8Codec, lin8uCodec])('gives back every byte of $encoding', (codec) => {
    expect(encodeStream(codec, decodeStream(codec, allBytes))).toEqual(allBytes);
  });

  it.each([lin8Codec, lin8uCodec])('cuts the low half off in $encoding', (codec) => {
    const samples = Int16Array.from({ length: 0x10000 }, (_, index) => index);
    const expected = samples.map((value) => value & 0xff00);
    expect(decodeStream(codec, encodeStream(codec, samples))).toEqual(expected);
  });
});
