// Linear samples in integers: LIN16 and LIN32 in either byte order, and the two kinds of 8 bits.
//
// To decode what is in the machine's own byte order is to copy it. LIN8 and LIN8U are the high half of a 16-bit value; what lies below is cut off on the way out, as LIN32
// is cut to LIN16.
import type { Codec, Decoder, LinearForms } from './codec.ts';
import {
  BytesOfSamples,
  machineIsBigEndian,
  read16,
  read32,
  write16,
  write32,
} from './sample-bytes.ts';

export const lin16Codec: Codec<'int16'> = {
  encoding: 'LIN16',
  form: 'int16',
  silence: new Uint8Array(2),
  createDecoder: () => createWideDecoder<'int16'>(read16, 2),
  createEncoder: () => ({ encode: write16, reset() {} }),
};

export const lin32Codec: Codec<'int32'> = {
  encoding: 'LIN32',
  form: 'int32',
  silence: new Uint8Array(4),
  createDecoder: () => createWideDecoder<'int32'>(read32, 4),
  createEncoder: () => ({ encode: write32, reset() {} }),
};

export const lin8Codec = createByteCodec('LIN8', 0);
export const lin8uCodec = createByteCodec('LIN8U', 128);

function createWideDecoder<Form extends 'int16' | 'int32'>(
  read: Decoder<Form>['decode'],
  bytesPerSample: number,
): Decoder<Form> {
  const bytesOf = new BytesOfSamples();
  return {
    decode(input: Uint8Array, output: LinearForms[Form], bigEndian: boolean) {
      if (bigEndian !== machineIsBigEndian) return read(input, output, bigEndian);
      bytesOf.of(output).set(input);
      return input.length / bytesPerSample;
    },
    reset() {},
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
