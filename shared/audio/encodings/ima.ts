// IMA (DVI) ADPCM as a bare stream: 4 bits a sample, the first one in the high half of a byte, no headers.
import type { Codec, Decoder, Encoder } from './codec.ts';

/** The quantiser's step at each of its 89 indices. */
// biome-ignore format: a table to compare with the published one
export const imaStepSizes: readonly number[] = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80,
  88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598,
  658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327,
  3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289,
  16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
const topStepIndex = imaStepSizes.length - 1;

/** How the step index moves, by the three low bits of a code. */
const indexMoves = [-1, -1, -1, -1, 2, 4, 6, 8];

// Both tables have 16 places, one for each code, for every step index.
const steps = Int32Array.from(imaStepSizes);
const differences = Int32Array.from({ length: steps.length * 16 }, (_, place) =>
  difference(imaStepSizes[place >> 4] as number, place & 15),
);
const nextStepIndices = Uint8Array.from({ length: steps.length * 16 }, (_, place) =>
  Math.min(topStepIndex, Math.max(0, (place >> 4) + (indexMoves[place & 7] as number))),
);

export const imaCodec: Codec<'int16'> = {
  encoding: 'IMA',
  form: 'int16',
  silence: Uint8Array.of(0x00),
  createDecoder,
  createEncoder,
};

function createDecoder(channelCount: number): Decoder<'int16'> {
  const predictors = new Int32Array(channelCount);
  const stepIndices = new Uint8Array(channelCount);

  function decodeChannel(channel: number, input: Uint8Array, output: Int16Array): void {
    let predictor = predictors[channel] as number;
    let stepIndex = stepIndices[channel] as number;
    let at = channel;
    for (let i = channel; i < input.length; i += channelCount) {
      const byte = input[i] as number;

      const first = (stepIndex << 4) | (byte >> 4);
      predictor = clip(predictor + (differences[first] as number));
      stepIndex = nextStepIndices[first] as number;
      output[at] = predictor;
      at += channelCount;

      const second = (stepIndex << 4) | (byte & 15);
      predictor = clip(predictor + (differences[second] as number));
      stepIndex = nextStepIndices[second] as number;
      output[at] = predictor;
      at += channelCount;
    }
    predictors[channel] = predictor;
    stepIndices[channel] = stepIndex;
  }

  return {
    decode(input, output) {
      for (let channel = 0; channel < channelCount; channel++) {
        decodeChannel(channel, input, output);
      }
      return input.length * 2;
    },
    reset() {
      predictors.fill(0);
      stepIndices.fill(0);
    },
  };
}

function createEncoder(channelCount: number): Encoder<'int16'> {
  const predictors = new Int32Array(channelCount);
  const stepIndices = new Uint8Array(channelCount);

  function encodeChannel(
    channel: number,
    input: Int16Array,
    byteCount: number,
    output: Uint8Array,
  ): void {
    let predictor = predictors[channel] as number;
    let stepIndex = stepIndices[channel] as number;
    let at = channel;
    for (let i = channel; i < byteCount; i += channelCount) {
      const firstCode = quantize((input[at] as number) - predictor, steps[stepIndex] as number);
      const first = (stepIndex << 4) | firstCode;
      predictor = clip(predictor + (differences[first] as number));
      stepIndex = nextStepIndices[first] as number;
      at += channelCount;

      const secondCode = quantize((input[at] as number) - predictor, steps[stepIndex] as number);
      const second = (stepIndex << 4) | secondCode;
      predictor = clip(predictor + (differences[second] as number));
      stepIndex = nextStepIndices[second] as number;
      at += channelCount;

      output[i] = (firstCode << 4) | secondCode;
    }
    predictors[channel] = predictor;
    stepIndices[channel] = stepIndex;
  }

  return {
    encode(input, sampleCount, output) {
      const byteCount = sampleCount >> 1;
      for (let channel = 0; channel < channelCount; channel++) {
        encodeChannel(channel, input, byteCount, output);
      }
      return byteCount;
    },
    reset() {
      predictors.fill(0);
      stepIndices.fill(0);
    },
  };
}

/** What a code adds to the prediction: sign and step/8 + b2 step + b1 step/2 + b0 step/4. */
function difference(step: number, code: number): number {
  const magnitude =
    (step >> 3) + (code & 4 ? step : 0) + (code & 2 ? step >> 1 : 0) + (code & 1 ? step >> 2 : 0);
  return code & 8 ? -magnitude : magnitude;
}

function quantize(error: number, step: number): number {
  let code = 0;
  let rest = error;
  if (error < 0) {
    code = 8;
    rest = -error;
  }
  if (rest >= step) {
    code |= 4;
    rest -= step;
  }
  if (rest >= step >> 1) {
    code |= 2;
    rest -= step >> 1;
  }
  if (rest >= step >> 2) code |= 1;
  return code;
}

// -32768 stays out of reach, as in the original.
function clip(predictor: number): number {
  return Math.max(-32767, Math.min(32767, predictor));
}
