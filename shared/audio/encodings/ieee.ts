// Linear samples in floating point: IEEES (32 bits) and IEEED (64 bits).
//
// The byte order flag of a request is not for them (original.md 9.2: they are taken in server order);
// here they are always little-endian, whatever the machine. Numbers beyond -1 to 1, infinities and NaN
// pass unchanged between the two; forms.ts clips where integers are wanted.
import type { Codec } from './codec.ts';
import { putWord, wordAt } from './sample-bytes.ts';

const LITTLE_ENDIAN = 0;

export const ieeesCodec: Codec<'float'> = {
  encoding: 'IEEES',
  form: 'float',
  silence: new Uint8Array(4),
  createDecoder() {
    const float = new Float32Array(1);
    const bits = new Int32Array(float.buffer);
    return {
      decode(input, output) {
        const sampleCount = input.length >> 2;
        for (let i = 0; i < sampleCount; i++) {
          bits[0] = wordAt(input, 4 * i, LITTLE_ENDIAN);
          output[i] = float[0] as number;
        }
        return sampleCount;
      },
      reset() {},
    };
  },
  createEncoder() {
    const float = new Float32Array(1);
    const bits = new Int32Array(float.buffer);
    return {
      encode(input, sampleCount, output) {
        for (let i = 0; i < sampleCount; i++) {
          float[0] = input[i] as number;
          putWord(bits[0] as number, output, 4 * i, LITTLE_ENDIAN);
        }
        return sampleCount * 4;
      },
      reset() {},
    };
  },
};

/** Which half of a floating-point number in this machine's memory is its low one. */
const lowHalf = new Int32Array(Float64Array.of(1).buffer)[0] === 0 ? 0 : 1;
const highHalf = 1 - lowHalf;

export const ieeedCodec: Codec<'float'> = {
  encoding: 'IEEED',
  form: 'float',
  silence: new Uint8Array(8),
  createDecoder() {
    const float = new Float64Array(1);
    const bits = new Int32Array(float.buffer);
    return {
      decode(input, output) {
        const sampleCount = input.length >> 3;
        for (let i = 0; i < sampleCount; i++) {
          bits[lowHalf] = wordAt(input, 8 * i, LITTLE_ENDIAN);
          bits[highHalf] = wordAt(input, 8 * i + 4, LITTLE_ENDIAN);
          output[i] = float[0] as number;
        }
        return sampleCount;
      },
      reset() {},
    };
  },
  createEncoder() {
    const float = new Float64Array(1);
    const bits = new Int32Array(float.buffer);
    return {
      encode(input, sampleCount, output) {
        for (let i = 0; i < sampleCount; i++) {
          float[0] = input[i] as number;
          putWord(bits[lowHalf] as number, output, 8 * i, LITTLE_ENDIAN);
          putWord(bits[highHalf] as number, output, 8 * i + 4, LITTLE_ENDIAN);
        }
        return sampleCount * 8;
      },
      reset() {},
    };
  },
};
