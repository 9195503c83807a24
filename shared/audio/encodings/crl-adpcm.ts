// CRL ADPCM with 2, 3 or 4 bits a sample: the adaptive quantiser of the Bell System Technical Journal
// (60-7, 1981), in the single-precision arithmetic of the original.
//
// The quantiser's step follows a leaky logarithm: 64 steps, each 1.0902 times the one before. Input and
// output are 14-bit values; inside, they are 64 times as large. Math.fround stands where the original
// rounded to single precision (the notes of the reference vectors name the places): decoders and encoders
// everywhere must round alike, otherwise they part ways.
import type { Codec, Decoder, Encoder } from './codec.ts';

const stepCount = 64;
const stepRatio = 1.0902;
const predictorLeak = 0.85;
const logStepLeak = 0.98;
const scale = 64;
const peak14 = 8031;
const { fround } = Math;

interface Quantiser {
  readonly encoding: 'CRLADPCM2' | 'CRLADPCM3' | 'CRLADPCM4';
  readonly bits: 2 | 3 | 4;
  readonly bytesPerUnit: 1 | 3;
  readonly smallestStep: number;
  /** From this magnitude of code + 1/2 on, the step grows. */
  readonly growFrom: number;
  readonly silence: Uint8Array;
}

export const crlAdpcm2Codec = createCodec({
  encoding: 'CRLADPCM2',
  bits: 2,
  bytesPerUnit: 1,
  smallestStep: 8 * 4 * scale,
  growFrom: 1.5,
  silence: Uint8Array.of(0xcc),
});

export const crlAdpcm3Codec = createCodec({
  encoding: 'CRLADPCM3',
  bits: 3,
  bytesPerUnit: 3,
  smallestStep: 8 * 2 * scale,
  growFrom: 2.5,
  silence: Uint8Array.of(0x38, 0x8e, 0xe3),
});

export const crlAdpcm4Codec = createCodec({
  encoding: 'CRLADPCM4',
  bits: 4,
  bytesPerUnit: 1,
  smallestStep: 8 * scale,
  growFrom: 4.5,
  silence: Uint8Array.of(0xf0),
});

function createCodec(quantiser: Quantiser): Codec<'int16'> {
  const tables = createTables(quantiser);
  return {
    encoding: quantiser.encoding,
    form: 'int16',
    silence: quantiser.silence,
    createDecoder: (channelCount) => createDecoder(quantiser, tables, channelCount),
    createEncoder: (channelCount) => createEncoder(quantiser, tables, channelCount),
  };
}

interface Tables {
  /** What a code adds to the prediction, at `(step << bits) | code bits`. */
  readonly differences: Float32Array;
  /** What a code adds to the logarithm of the step, at its bits. */
  readonly logStepMoves: Int8Array;
  readonly reciprocalSteps: Float32Array;
}

function createTables({ bits, smallestStep, growFrom }: Quantiser): Tables {
  const steps = Float32Array.from({ length: stepCount }, (_, i) => smallestStep * stepRatio ** i);
  const codeCount = 1 << bits;
  const middle = (codeBits: number): number => ((codeBits << (32 - bits)) >> (32 - bits)) + 0.5;
  return {
    differences: Float32Array.from(
      { length: stepCount * codeCount },
      (_, place) => middle(place & (codeCount - 1)) * (steps[place >> bits] as number),
    ),
    logStepMoves: Int8Array.from({ length: codeCount }, (_, codeBits) =>
      Math.abs(middle(codeBits)) >= growFrom ? 8 : -3,
    ),
    reciprocalSteps: steps.map((step) => 1 / step),
  };
}

function createDecoder(
  { bits, bytesPerUnit }: Quantiser,
  { differences, logStepMoves }: Tables,
  channelCount: number,
): Decoder<'int16'> {
  const predictors = new Float32Array(channelCount);
  const logSteps = new Float32Array(channelCount);
  const codeMask = (1 << bits) - 1;
  const unitBits = 8 * bytesPerUnit;

  function decodeChannel(channel: number, input: Uint8Array, output: Int16Array): void {
    let predictor = predictors[channel] as number;
    let logStep = logSteps[channel] as number;
    let at = channel;
    for (let i = channel * bytesPerUnit; i < input.length; i += channelCount * bytesPerUnit) {
      const unit = readUnit(input, i, bytesPerUnit);
      for (let shift = 0; shift < unitBits; shift += bits) {
        const code = (unit >> shift) & codeMask;
        const difference = differences[(stepIndex(logStep) << bits) | code] as number;
        predictor = fround(fround(predictorLeak * predictor) + difference);
        logStep = nextLogStep(logStep, logStepMoves[code] as number);
        output[at] = Math.trunc(clip14(predictor / scale)) * 4;
        at += channelCount;
      }
    }
    predictors[channel] = predictor;
    logSteps[channel] = logStep;
  }

  return {
    decode(input, output) {
      for (let channel = 0; channel < channelCount; channel++) {
        decodeChannel(channel, input, output);
      }
      return (input.length * 8) / bits;
    },
    reset() {
      predictors.fill(0);
      logSteps.fill(0);
    },
  };
}

function createEncoder(
  { bits, bytesPerUnit }: Quantiser,
  { differences, logStepMoves, reciprocalSteps }: Tables,
  channelCount: number,
): Encoder<'int16'> {
  const predictors = new Float32Array(channelCount);
  const logSteps = new Float32Array(channelCount);
  const codeMask = (1 << bits) - 1;
  const topCode = codeMask >> 1;
  const unitBits = 8 * bytesPerUnit;

  function encodeChannel(
    channel: number,
    input: Int16Array,
    byteCount: number,
    output: Uint8Array,
  ): void {
    let predictor = predictors[channel] as number;
    let logStep = logSteps[channel] as number;
    let at = channel;
    for (let i = channel * bytesPerUnit; i < byteCount; i += channelCount * bytesPerUnit) {
      let unit = 0;
      for (let shift = 0; shift < unitBits; shift += bits) {
        const step = stepIndex(logStep);
        const prediction = fround(predictorLeak * predictor);
        const error = fround(clip14((input[at] as number) >> 2) * scale - prediction);
        const level = Math.floor(fround(error * (reciprocalSteps[step] as number)));
        const code = Math.max(~topCode, Math.min(topCode, level)) & codeMask;
        unit |= code << shift;
        predictor = fround(prediction + (differences[(step << bits) | code] as number));
        logStep = nextLogStep(logStep, logStepMoves[code] as number);
        at += channelCount;
      }
      writeUnit(output, i, bytesPerUnit, unit);
    }
    predictors[channel] = predictor;
    logSteps[channel] = logStep;
  }

  return {
    encode(input, sampleCount, output) {
      const byteCount = (sampleCount * bits) / 8;
      for (let channel = 0; channel < channelCount; channel++) {
        encodeChannel(channel, input, byteCount, output);
      }
      return byteCount;
    },
    reset() {
      predictors.fill(0);
      logSteps.fill(0);
    },
  };
}

/** The logarithm runs from -32 to 31 and starts at 0, in the middle of the steps. */
function stepIndex(logStep: number): number {
  return Math.trunc(logStep) + 32;
}

function nextLogStep(logStep: number, move: number): number {
  return Math.max(-32, Math.min(31, fround(fround(logStepLeak * logStep) + move)));
}

function clip14(value: number): number {
  return Math.max(-peak14, Math.min(peak14, value));
}

// A unit is a little-endian number with the first sample in its lowest bits.
function readUnit(input: Uint8Array, at: number, bytesPerUnit: number): number {
  const low = input[at] as number;
  if (bytesPerUnit === 1) return low;
  return low | ((input[at + 1] as number) << 8) | ((input[at + 2] as number) << 16);
}

function writeUnit(output: Uint8Array, at: number, bytesPerUnit: number, unit: number): void {
  output[at] = unit;
  if (bytesPerUnit === 1) return;
  output[at + 1] = unit >> 8;
  output[at + 2] = unit >> 16;
}
