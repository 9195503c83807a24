// Changes a stream of sound from one format into another: encoding, rate, channels and byte order.
import { averageChannels, spreadMono } from '#shared/audio/channels';
import type { Codec } from '#shared/audio/encodings/codec';
import { codecFor } from '#shared/audio/encodings/codecs';
import { createConverter } from '#shared/audio/encodings/convert';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesPerUnit, framesForBytes, framesPerUnit } from '#shared/audio/encodings/units';
import { createResampler, type Resampler } from '#shared/audio/resampler';
import type { EncodingName } from '#shared/protocol/encodings';
import { CommandError } from '../errors.ts';
import { byteOrderMatters, type SoundFormat } from '../sound-files/format.ts';

export interface SoundConverter {
  /** Whole units of the source's format; what comes out is whole units of the target's. */
  convert(bytes: Uint8Array): Uint8Array;
  /** The end of the stream: what was held back for the sake of what might follow. */
  finish(): Uint8Array;
}

export interface AdjustableConverter extends SoundConverter {
  /** Runs faster or slower than the rates say, by a factor near 1. */
  setSpeed(factor: number): void;
}

/** Divisible by the units of every encoding. */
const BLOCK_FRAMES = 4_800;
/** Enough for 16 bits; the device's clocks and people's ears do not ask for more. */
const TAPS = 32;
const nothing = new Uint8Array(0);

/** Equal formats pass unchanged; equal rates and channels change their encoding alone. */
export function createSoundConverter(from: SoundFormat, to: SoundFormat): SoundConverter {
  if (from.rateHz !== to.rateHz || from.channelCount !== to.channelCount) {
    return createAdjustableConverter(from, to);
  }
  if (from.encoding === to.encoding && hasSameBytes(from, to)) {
    return { convert: (bytes) => bytes, finish: () => nothing };
  }
  return framesPerUnit(to.encoding) === 1
    ? createEncodingConverter(from, to)
    : createAdjustableConverter(from, to);
}

/** Always by way of 16-bit samples and the resampler, where that is needed or its speed will change. */
export function createAdjustableConverter(
  from: SoundFormat,
  to: SoundFormat,
  isAdjustable = false,
): AdjustableConverter {
  const decoder = createDecoder16(
    codecNamed(from.encoding),
    from.channelCount,
    BLOCK_FRAMES * from.channelCount,
  );
  const decoded = new Int16Array(BLOCK_FRAMES * from.channelCount);
  const mapped = new Int16Array(BLOCK_FRAMES * to.channelCount);
  const mapChannels = createChannelMap(from.channelCount, to.channelCount);
  const resampler =
    isAdjustable || from.rateHz !== to.rateHz ? createSoundResampler(from, to) : undefined;
  const resampled = new Int16Array(
    (resampler?.maxOutputFrames(BLOCK_FRAMES) ?? BLOCK_FRAMES) * to.channelCount,
  );
  const encoder = createUnitEncoder(to);
  let inputFrames = 0;
  let outputFrames = 0;

  function resample(samples: Int16Array, frameCount: number, limitFrames?: number): Uint8Array {
    if (!resampler) return encoder.encode(samples, frameCount);
    const count = resampler.process16(samples, frameCount, resampled, limitFrames);
    outputFrames += count;
    return encoder.encode(resampled, count);
  }

  return {
    convert(bytes) {
      const pieces: Uint8Array[] = [];
      for (const block of blocksOf(from, bytes)) {
        const sampleCount = decoder.decode(block, decoded, from.bigEndian);
        const frameCount = sampleCount / from.channelCount;
        mapChannels(decoded, mapped, frameCount);
        inputFrames += frameCount;
        pieces.push(resample(mapped, frameCount));
      }
      return joined(pieces);
    },
    finish() {
      const pieces: Uint8Array[] = [];
      if (resampler) {
        const wantedFrames = Math.round((inputFrames * to.rateHz) / from.rateHz);
        mapped.fill(0);
        // The frames that the last ones of the sound wait for.
        const limitFrames = isAdjustable ? undefined : Math.max(0, wantedFrames - outputFrames);
        pieces.push(resample(mapped, resampler.latencyFrames, limitFrames));
      }
      pieces.push(encoder.finish());
      return joined(pieces);
    },
    setSpeed(factor) {
      resampler?.setRatio(to.rateHz / (from.rateHz * factor));
    },
  };
}

function createEncodingConverter(from: SoundFormat, to: SoundFormat): SoundConverter {
  const { channelCount } = from;
  const source = codecNamed(from.encoding);
  const converter = createConverter(source, codecNamed(to.encoding), channelCount, BLOCK_FRAMES);
  return {
    convert(bytes) {
      const frameCount = framesForBytes(from.encoding, channelCount, bytes.length);
      const output = new Uint8Array(
        (frameCount / framesPerUnit(to.encoding)) * bytesPerUnit(to.encoding, channelCount),
      );
      let at = 0;
      for (const block of blocksOf(from, bytes)) {
        at += converter.convert(block, output.subarray(at), from.bigEndian, to.bigEndian);
      }
      return output;
    },
    finish: () => nothing,
  };
}

function createSoundResampler(from: SoundFormat, to: SoundFormat): Resampler {
  try {
    return createResampler({
      channelCount: to.channelCount,
      ratio: to.rateHz / from.rateHz,
      taps: TAPS,
      maxInputFrames: BLOCK_FRAMES,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(
      'failed',
      `${from.rateHz} Hz cannot become ${to.rateHz} Hz, which is too far away: convert it in two steps, for example with sox.`,
    );
  }
}

interface UnitEncoder {
  encode(samples: Int16Array, frameCount: number): Uint8Array;
  /** Fills a unit that has begun with silence. */
  finish(): Uint8Array;
}

/** Keeps the frames that do not fill a unit until more come. */
function createUnitEncoder(to: SoundFormat): UnitEncoder {
  const { channelCount, encoding, bigEndian } = to;
  const unitFrames = framesPerUnit(encoding);
  const unitBytes = bytesPerUnit(encoding, channelCount);
  const blockSamples = BLOCK_FRAMES * channelCount;
  const encoder = createEncoder16(codecNamed(encoding), channelCount, blockSamples);
  const begun = new Int16Array(unitFrames * channelCount);
  let begunSamples = 0;

  function encodeWhole(samples: Int16Array): Uint8Array {
    const output = new Uint8Array((samples.length / channelCount / unitFrames) * unitBytes);
    let written = 0;
    for (let at = 0; at < samples.length; at += blockSamples) {
      const block = samples.subarray(at, at + blockSamples);
      written += encoder.encode(block, block.length, output.subarray(written), bigEndian);
    }
    return output;
  }

  return {
    encode(samples, frameCount) {
      const given = samples.subarray(0, frameCount * channelCount);
      if (unitFrames === 1) return encodeWhole(given);
      const all = new Int16Array(begunSamples + given.length);
      all.set(begun.subarray(0, begunSamples));
      all.set(given, begunSamples);
      const wholeSamples = all.length - (all.length % begun.length);
      begunSamples = all.length - wholeSamples;
      begun.set(all.subarray(wholeSamples));
      return encodeWhole(all.subarray(0, wholeSamples));
    },
    finish() {
      if (begunSamples === 0) return nothing;
      begun.fill(0, begunSamples);
      begunSamples = 0;
      return encodeWhole(begun);
    },
  };
}

type ChannelMap = (input: Int16Array, output: Int16Array, frameCount: number) => void;

/** One channel goes to all; several become their mean, which goes to all. */
function createChannelMap(fromCount: number, toCount: number): ChannelMap {
  if (fromCount === toCount) {
    return (input, output, frameCount) => output.set(input.subarray(0, frameCount * fromCount));
  }
  if (fromCount === 1) {
    return (input, output, frameCount) => spreadMono(input, output, frameCount, toCount);
  }
  const mean = new Int16Array(BLOCK_FRAMES);
  return (input, output, frameCount) => {
    averageChannels(input, mean, frameCount, fromCount);
    spreadMono(mean, output, frameCount, toCount);
  };
}

function* blocksOf({ encoding, channelCount }: SoundFormat, bytes: Uint8Array) {
  const unitBytes = bytesPerUnit(encoding, channelCount);
  const blockBytes = Math.floor(BLOCK_FRAMES / framesPerUnit(encoding)) * unitBytes;
  for (let at = 0; at < bytes.length; at += blockBytes) {
    yield bytes.subarray(at, at + blockBytes);
  }
}

function hasSameBytes(from: SoundFormat, to: SoundFormat): boolean {
  return from.bigEndian === to.bigEndian || !byteOrderMatters(from.encoding);
}

export function codecNamed(encoding: EncodingName): Codec {
  const codec = codecFor(encoding);
  if (codec) return codec;
  throw new CommandError(
    'failed',
    `${encoding} cannot be converted here: choose another encoding (see "af help encodings").`,
  );
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = nothing] = pieces;
  if (pieces.length <= 1) return first;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
