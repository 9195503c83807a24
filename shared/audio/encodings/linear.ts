// Linear samples in integers: LIN16 and LIN32 in either byte order, and the two kinds of 8 bits.
//
// What is in the machine's own byte order is only copied, either way. LIN8 and LIN8U are the high half of a
// 16-bit value; what lies below is cut off on the way out, as LIN32 is cut to LIN16.
import type { Codec, Decoder, Encoder, LinearForms } from './codec.ts';
import {
  BytesOfSamples,
  machineIsBigEndian,
  read16,
  read32,
  StartsOfSamples,
  write16,
  write32,
} from './sample-bytes.ts';

export const lin16Codec: Codec<'int16'> = {
  encoding: 'LIN16',
  form: 'int16',
  silence: new Uint8Array(2),
  createDecoder: () => createWideDecoder<'int16'>(read16, 2),
  createEncoder: () => createWideEncoder<'int16'>(write16, 2),
};

export const lin32Codec: Codec<'int32'> = {
  encoding: 'LIN32',
  form: 'int32',
  silence: new Uint8Array(4),
  createDecoder: () => createWideDecoder<'int32'>(read32, 4),
  createEncoder: () => createWideEncoder<'int32'>(write32, 4),
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

function createWideEncoder<Form extends 'int16' | 'int32'>(
  write: Encoder<Form>['encode'],
  bytesPerSample: number,
): Encoder<Form> {
  const startOf = new StartsOfSamples();
  return {
    encode(input: LinearForms[Form], sampleCount, output, bigEndian) {
      if (bigEndian !== machineIsBigEndian) return write(input, sampleCount, output, bigEndian);
      output.set(startOf.of(input, sampleCount * bytesPerSample));
      return sampleCount * bytesPerSample;
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
