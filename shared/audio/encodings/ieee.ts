// Linear samples in floating point: IEEES (32 bits) and IEEED (64 bits).
//
// The byte order flag of a request is not for them (protocol.md 10.2: they are taken in server order);
// here they are always little-endian, whatever the machine. Numbers beyond -1 to 1, infinities and NaN
// pass unchanged between the two; forms.ts clips where integers are wanted.
import type { Codec } from './codec.ts';
import { BytesOfSamples, copySamples, machineIsBigEndian } from './sample-bytes.ts';

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
        for (let i = 0, at = 0; i < sampleCount; i++, at += 4) {
          bits[0] =
            (input[at] as number) |
            ((input[at + 1] as number) << 8) |
            ((input[at + 2] as number) << 16) |
            ((input[at + 3] as number) << 24);
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
        for (let i = 0, at = 0; i < sampleCount; i++, at += 4) {
          float[0] = input[i] as number;
          const word = bits[0] as number;
          output[at] = word;
          output[at + 1] = word >> 8;
          output[at + 2] = word >> 16;
          output[at + 3] = word >> 24;
        }
        return sampleCount * 4;
      },
      reset() {},
    };
  },
};

export const ieeedCodec: Codec<'float'> = {
  encoding: 'IEEED',
  form: 'float',
  silence: new Uint8Array(8),
  createDecoder() {
    const bytesOf = new BytesOfSamples();
    return {
      decode(input, output) {
        copySamples(input, bytesOf.view(output, output.byteLength), 8, machineIsBigEndian);
        return input.length / 8;
      },
      reset() {},
    };
  },
  createEncoder() {
    const bytesOf = new BytesOfSamples();
    return {
      encode(input, sampleCount, output) {
        copySamples(bytesOf.view(input, sampleCount * 8), output, 8, machineIsBigEndian);
        return sampleCount * 8;
      },
      reset() {},
    };
  },
};
