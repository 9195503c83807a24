// Linear samples in integers: LIN16 and LIN32 in either byte order, and the two kinds of 8 bits.
//
// Bytes need no alignment. The wide ones copy memory, and allocate a view of the linear buffer whenever the
// caller brings another one or, to encode, another number of samples. LIN8 and LIN8U are the high half of a
// 16-bit value; what lies below is cut off on the way out, as LIN32 is cut to LIN16.
import type { Codec, LinearForms } from './codec.ts';
import { BytesOfSamples, copySamples, machineIsBigEndian } from './sample-bytes.ts';

export const lin16Codec = createWideCodec('LIN16', 'int16', 2);
export const lin32Codec = createWideCodec('LIN32', 'int32', 4);
export const lin8Codec = createByteCodec('LIN8', 0);
export const lin8uCodec = createByteCodec('LIN8U', 128);

function createWideCodec<Form extends 'int16' | 'int32'>(
  encoding: 'LIN16' | 'LIN32',
  form: Form,
  bytesPerSample: number,
): Codec<Form> {
  return {
    encoding,
    form,
    silence: new Uint8Array(bytesPerSample),
    createDecoder() {
      const bytesOf = new BytesOfSamples();
      return {
        decode(input: Uint8Array, output: LinearForms[Form], bigEndian: boolean) {
          const bytes = bytesOf.view(output, output.byteLength);
          copySamples(input, bytes, bytesPerSample, bigEndian !== machineIsBigEndian);
          return input.length / bytesPerSample;
        },
        reset() {},
      };
    },
    createEncoder() {
      const bytesOf = new BytesOfSamples();
      return {
        encode(
          input: LinearForms[Form],
          sampleCount: number,
          output: Uint8Array,
          bigEndian: boolean,
        ) {
          const bytes = bytesOf.view(input, sampleCount * bytesPerSample);
          copySamples(bytes, output, bytesPerSample, bigEndian !== machineIsBigEndian);
          return bytes.length;
        },
        reset() {},
      };
    },
  };
}

function createByteCodec(encoding: 'LIN8' | 'LIN8U', silenceCode: number): Codec<'int16'> {
  return {
    encoding,
    form: 'int16',
    silence: Uint8Array.of(silenceCode),
    createDecoder: () => ({
      decode(input, output) {
        const sampleCount = input.length;
        // Storing in 16 bits wraps, which makes a signed value of LIN8's bytes above 127.
        for (let i = 0; i < sampleCount; i++) output[i] = ((input[i] as number) - silenceCode) << 8;
        return sampleCount;
      },
      reset() {},
    }),
    createEncoder: () => ({
      encode(input, sampleCount, output) {
        for (let i = 0; i < sampleCount; i++) output[i] = ((input[i] as number) >> 8) + silenceCode;
        return sampleCount;
      },
      reset() {},
    }),
  };
}
