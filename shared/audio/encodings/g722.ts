// G.722 at 64 kbit/s (mode 1): 16 kHz linear samples, split into two bands of 8 kHz, of which the
// lower has 6 bits and the upper 2. A byte of one channel holds two samples; bytes of the channels
// follow one another.
import type { Codec, Decoder, Encoder } from './codec.ts';
import { Band, type BandScaling, clip15, clip16 } from './g722-band.ts';
import { MirrorFilter } from './g722-mirror.ts';
import {
  highDecisionLevel,
  highLevels,
  highScaleSteps,
  lowDecisionLevels,
  lowLevels4,
  lowLevels6,
  lowScaleSteps,
} from './g722-tables.ts';

const lowScaling: BandScaling = {
  initialScale: 32,
  maximumLog: 18432,
  octaveShift: 8,
  steps: lowScaleSteps,
};
const highScaling: BandScaling = {
  initialScale: 8,
  maximumLog: 22528,
  octaveShift: 10,
  steps: highScaleSteps,
};

export const g722: Codec<'int16'> = {
  encoding: 'G722',
  form: 'int16',
  // The smallest positive difference in both bands. The recommendation names no silence; this is
  // the one byte that a fresh decoder turns into zeros for ever.
  silence: Uint8Array.of(0xfd),
  createDecoder: (channelCount) => new G722Decoder(channelCount),
  createEncoder: (channelCount) => new G722Encoder(channelCount),
};

/** One direction of one channel. */
class G722Channel {
  readonly low = new Band(lowScaling);
  readonly high = new Band(highScaling);
  readonly mirror = new MirrorFilter();

  reset(): void {
    this.low.reset();
    this.high.reset();
    this.mirror.reset();
  }
}

class G722Decoder implements Decoder<'int16'> {
  readonly #channels: readonly G722Channel[];

  constructor(channelCount: number) {
    this.#channels = createChannels(channelCount);
  }

  decode(input: Uint8Array, output: Int16Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let offset = 0; offset < input.length; offset += channelCount) {
      for (let c = 0; c < channelCount; c++) {
        const { low, high, mirror } = this.#channels[c] as G722Channel;
        const byte = input[offset + c] as number;
        const lowSample = decodeLow(low, byte & 63);
        const highSample = decodeHigh(high, byte >> 6);
        mirror.push(lowSample + highSample, lowSample - highSample);
        output[written + c] = clip16(mirror.secondSum >> 11);
        output[written + channelCount + c] = clip16(mirror.firstSum >> 11);
      }
      written += 2 * channelCount;
    }
    return written;
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}

class G722Encoder implements Encoder<'int16'> {
  readonly #channels: readonly G722Channel[];

  constructor(channelCount: number) {
    this.#channels = createChannels(channelCount);
  }

  encode(input: Int16Array, sampleCount: number, output: Uint8Array): number {
    const channelCount = this.#channels.length;
    let written = 0;
    for (let first = 0; first < sampleCount; first += 2 * channelCount) {
      for (let c = 0; c < channelCount; c++) {
        const { low, high, mirror } = this.#channels[c] as G722Channel;
        mirror.push(input[first + c] as number, input[first + channelCount + c] as number);
        const lowSample = clip15((mirror.secondSum + mirror.firstSum) >> 14);
        const highSample = clip15((mirror.secondSum - mirror.firstSum) >> 14);
        output[written++] = (encodeHigh(high, highSample) << 6) | encodeLow(low, lowSample);
      }
    }
    return written;
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
  }
}

function createChannels(channelCount: number): readonly G722Channel[] {
  return Array.from({ length: channelCount }, () => new G722Channel());
}

/** The upper 4 of a code's 6 bits adapt, so that the others may be lost on the way. */
function decodeLow(band: Band, code: number): number {
  const sample = clip15(band.estimate + ((band.scale * (lowLevels6[code] as number)) >> 15));
  band.adapt(code >> 2, (band.scale * (lowLevels4[code >> 2] as number)) >> 15);
  return sample;
}

function decodeHigh(band: Band, code: number): number {
  const difference = (band.scale * (highLevels[code] as number)) >> 15;
  const sample = clip15(band.estimate + difference);
  band.adapt(code, difference);
  return sample;
}

function encodeLow(band: Band, sample: number): number {
  const difference = clip16(sample - band.estimate);
  const magnitude = difference < 0 ? ~difference : difference;
  let step = 0;
  while (
    step < lowDecisionLevels.length &&
    magnitude >= ((lowDecisionLevels[step] as number) * band.scale) >> 12
  ) {
    step++;
  }
  const code = lowCode(step, difference < 0);
  band.adapt(code >> 2, (band.scale * (lowLevels4[code >> 2] as number)) >> 15);
  return code;
}

/** Magnitudes count down from 61, negative ones from 31 but for the two smallest, 63 and 62. */
function lowCode(step: number, isNegative: boolean): number {
  if (!isNegative) return 61 - step;
  return step < 2 ? 63 - step : 33 - step;
}

function encodeHigh(band: Band, sample: number): number {
  const difference = clip16(sample - band.estimate);
  const magnitude = difference < 0 ? ~difference : difference;
  const isSmall = magnitude < (highDecisionLevel * band.scale) >> 12;
  const code = (difference < 0 ? 0 : 2) | (isSmall ? 1 : 0);
  band.adapt(code, (band.scale * (highLevels[code] as number)) >> 15);
  return code;
}
