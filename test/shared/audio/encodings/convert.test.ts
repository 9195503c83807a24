// From any encoding to any other: the values, whole streams, and what is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '#shared/audio/encodings/codec';
import { codecFor, codecs } from '#shared/audio/encodings/codecs';
import { createConverter } from '#shared/audio/encodings/convert';
import { bytesForFrames, framesForBytes } from '#shared/audio/encodings/units';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { readInt16Vector, readVector, testSignal } from './reference-vectors.ts';
import { decodeStream, encodeStream } from './whole-streams.ts';

function codec(name: EncodingName): Codec {
  return codecFor(name) as Codec;
}

function convertStream(from: EncodingName, to: EncodingName, input: Uint8Array): Uint8Array {
  const frameCount = framesForBytes(from, 1, input.length);
  const output = new Uint8Array(bytesForFrames(to, 1, frameCount));
  const converter = createConverter(codec(from), codec(to), 1, frameCount);
  expect(converter.convert(input, output, false, false)).toBe(output.length);
  return output;
}

function floatBytes(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return bytes;
}

const fileNames = {
  MU255: ['mulaw', 'mulaw.u8'],
  ALAW: ['alaw', 'alaw.u8'],
  LIN16: ['lin16', 'lin16.s16le'],
  LIN32: ['lin32', 'lin32.s32le'],
  IEEES: ['float32', 'float32.f32le'],
  IEEED: ['float64', 'float64.f64le'],
} as const;
type ScalarName = keyof typeof fileNames;

// What the original's routines were asked for, with a tolerance where its constants have six digits.
const scalarCases: [ScalarName, ScalarName, tolerance?: number][] = [
  ['MU255', 'ALAW'],
  ['MU255', 'LIN16'],
  ['MU255', 'LIN32'],
  ['MU255', 'IEEES', 1e-6],
  ['MU255', 'IEEED', 1e-6],
  ['ALAW', 'MU255'],
  ['ALAW', 'LIN16'],
  ['ALAW', 'LIN32'],
  ['LIN16', 'MU255'],
  ['LIN16', 'ALAW'],
  ['LIN16', 'LIN32'],
  ['LIN16', 'IEEES'],
  ['LIN16', 'IEEED'],
  ['LIN32', 'MU255'],
  ['LIN32', 'ALAW'],
  ['LIN32', 'LIN16'],
  ['LIN32', 'IEEES'],
  ['LIN32', 'IEEED'],
  ['IEEES', 'MU255'],
  ['IEEES', 'LIN16'],
  ['IEEES', 'LIN32'],
  ['IEEED', 'MU255'],
  ['IEEED', 'LIN16'],
  ['IEEED', 'LIN32'],
];

describe('conversion of single values', () => {
  it.each(scalarCases)('from %s to %s is the original’s', (from, to, tolerance) => {
    const input = readVector(`scalar/in-${fileNames[from][1]}`);
    const expected = readVector(`scalar/${fileNames[from][0]}-to-${fileNames[to][1]}`);
    const converted = convertStream(from, to, input);
    if (tolerance === undefined) {
      expect(converted).toEqual(expected);
      return;
    }
    const numbersOf = (bytes: Uint8Array): number[] =>
      Array.from(to === 'IEEES' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer));
    const expectedNumbers = numbersOf(expected);
    const errors = numbersOf(converted).map((value, i) => value - (expectedNumbers[i] as number));
    const worst = Math.max(...errors.map(Math.abs));
    expect(worst).toBeLessThanOrEqual(tolerance);
  });

  it.each(['MU255', 'ALAW'] as const)(
    'from %s to floating point reaches exactly -1 and 1',
    (law) => {
      const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);
      const values = new Float64Array(convertStream(law, 'IEEED', allCodes).buffer);
      expect(Math.min(...values)).toBe(-1);
      expect(Math.max(...values)).toBe(1);
    },
  );

  it('clips numbers beyond -1 to 1 and takes what is no number for silence', () => {
    const hostile = [1e300, -1e300, Infinity, -Infinity, NaN, 1.5, -1.5, 2 ** 31, -(2 ** 40)];
    const as16 = new Int16Array(convertStream('IEEED', 'LIN16', floatBytes(hostile)).buffer);
    expect([...as16]).toEqual([32767, -32768, 32767, -32768, 0, 32767, -32768, 32767, -32768]);
    const as32 = new Int32Array(convertStream('IEEED', 'LIN32', floatBytes(hostile)).buffer);
    const [low, high] = [-2147483648, 2147483647];
    expect([...as32]).toEqual([high, low, high, low, 0, high, low, high, low]);
    const asMuLaw = convertStream('IEEED', 'MU255', floatBytes(hostile));
    expect([...asMuLaw]).toEqual([0x80, 0, 0x80, 0, 0xff, 0x80, 0, 0x80, 0]);
    const throughFloat = convertStream('IEEED', 'IEEES', floatBytes(hostile));
    const fromFloat = new Int16Array(convertStream('IEEES', 'LIN16', throughFloat).buffer);
    expect(fromFloat).toEqual(as16);
  });
});

describe('conversion of streams', () => {
  const names = Object.keys(codecs) as EncodingName[];
  /** Frames that fill whole units of every encoding. */
  const blockFrames = 480;
  const native = encodeStream(codec('LIN16'), testSignal.slice(4000, 4000 + 2 * blockFrames));

  it('goes through 16 bits between any two: what one decodes to, the other encodes', () => {
    const throughInt16 = names.filter((name) => codec(name).form === 'int16');
    const isDirect = (from: EncodingName, to: EncodingName) =>
      from === to || (encodings[from].id <= 1 && encodings[to].id <= 1);
    for (const from of throughInt16) {
      const input = convertStream('LIN16', from, native);
      const samples = decodeStream(codec(from), input);
      for (const to of throughInt16) {
        if (isDirect(from, to)) continue;
        expect(convertStream(from, to, input)).toEqual(encodeStream(codec(to), samples));
      }
    }
  });

  it('gives the same in two blocks as in one, and the same again after a reset', () => {
    for (const from of names) {
      const input = convertStream('LIN16', from, native);
      const half = input.length / 2;
      for (const to of names) {
        const whole = convertStream(from, to, input);
        const converter = createConverter(codec(from), codec(to), 1, blockFrames);
        for (let round = 0; round < 2; round++) {
          const output = new Uint8Array(whole.length);
          const written = converter.convert(input.subarray(0, half), output, false, false);
          converter.convert(input.subarray(half), output.subarray(written), false, false);
          expect(output).toEqual(whole);
          converter.reset();
        }
      }
    }
  });

  it('copies bytes where nothing changes, even what no encoder would make', () => {
    const bytes = Uint8Array.from({ length: 264 }, (_, i) => (i * 151) & 0xff);
    for (const name of names) {
      const input = bytes.slice(0, bytesForFrames(name, 1, framesForBytes(name, 1, bytes.length)));
      const converter = createConverter(codec(name), codec(name), 1, 4096);
      const output = new Uint8Array(input.length);
      const isOrdered = name === 'LIN16' || name === 'LIN32';
      expect(converter.convert(input, output, isOrdered, isOrdered)).toBe(input.length);
      expect(output).toEqual(input);
      if (!isOrdered) {
        converter.convert(input, output, true, false);
        expect(output).toEqual(input);
      }
    }
  });

  it('turns the bytes of linear samples round when the byte orders differ', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: 1, maxLength: 20 }), (samples) => {
        const little = encodeStream(codec('LIN16'), samples);
        const big = new Uint8Array(little.length);
        createConverter(codec('LIN16'), codec('LIN16'), 1, 20).convert(little, big, false, true);
        samples.forEach((sample, i) => {
          expect(new DataView(big.buffer).getInt16(2 * i)).toBe(sample);
        });
        const wide = new Uint8Array(2 * big.length);
        createConverter(codec('LIN16'), codec('LIN32'), 1, 20).convert(big, wide, true, true);
        samples.forEach((sample, i) => {
          expect(new DataView(wide.buffer).getInt32(4 * i)).toBe(sample << 16);
        });
      }),
    );
  });

  it('keeps channels apart', () => {
    const stereo = readVector('signal/signal-stereo.ima');
    const expected = readInt16Vector('signal/signal-stereo.ima.decoded.s16le');
    const output = new Uint8Array(32000);
    const converter = createConverter(codec('IMA'), codec('LIN16'), 2, 8000);
    expect(converter.convert(stereo, output, false, false)).toBe(32000);
    expect(new Int16Array(output.buffer)).toEqual(expected);
  });

  it('refuses what it cannot convert whole', () => {
    const converter = createConverter(codec('LIN16'), codec('CRLADPCM3'), 2, 16);
    const output = new Uint8Array(64);
    const convert = (byteCount: number) =>
      converter.convert(new Uint8Array(byteCount), output, false, false);
    expect(() => convert(31)).toThrow('31 bytes are not whole units of LIN16');
    expect(() => convert(28)).toThrow('7 frames do not fill whole units of CRLADPCM3');
    expect(() => convert(96)).toThrow('24 frames at once, but 16 were promised');
    expect(convert(64)).toBe(12);
    expect(convert(0)).toBe(0);
  });
});
