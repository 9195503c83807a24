// What plays in the soak test, on which devices: sound that everybody who hears it can tell, sample by sample,
// from the device's time alone.
import type { ConfigurationInput } from '#server/config';
import { codecFor } from '#shared/audio/encodings/codecs';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { type EncodingName, encodings } from '#shared/protocol/encodings';

/** Divides 2^32, so that device time may wrap. */
const PATTERN_FRAMES = 65_536;
const SAMPLE_BYTES = 2;

export interface KnownDevice {
  readonly name: string;
  readonly rateHz: number;
  readonly channelCount: number;
  /** In which its player plays; the device itself has 16 bits. */
  readonly encoding: EncodingName;
}

/** Each has one player, and whoever listens or records hears exactly what it plays. */
export const knownDevices: readonly KnownDevice[] = [
  { name: 'stereo-lin16', rateHz: 48_000, channelCount: 2, encoding: 'LIN16' },
  { name: 'stereo-mu-law', rateHz: 48_000, channelCount: 2, encoding: 'MU255' },
  { name: 'stereo-lin32', rateHz: 48_000, channelCount: 2, encoding: 'LIN32' },
  { name: 'stereo-float', rateHz: 48_000, channelCount: 2, encoding: 'IEEES' },
  { name: 'voice-lin16', rateHz: 8_000, channelCount: 1, encoding: 'LIN16' },
  { name: 'voice-a-law', rateHz: 8_000, channelCount: 1, encoding: 'ALAW' },
  { name: 'voice-lin8', rateHz: 8_000, channelCount: 1, encoding: 'LIN8' },
  { name: 'voice-mu-law', rateHz: 8_000, channelCount: 1, encoding: 'MU255' },
];

/** On which everybody else plays, one over the other. */
export const MIXED_DEVICE = 'mixed';
/** Into which a microphone speaks, each. */
export const roomDevices = ['room-0', 'room-1', 'room-2', 'room-3', 'room-4'] as const;
export const ROOM_RATE_HZ = 48_000;

export const SPOKEN_HZ = 1_000;
export const SPOKEN_AMPLITUDE = 8_000;

export const devices: NonNullable<ConfigurationInput['devices']> = [
  ...knownDevices.map(({ name, rateHz, channelCount }) => ({
    name,
    rateHz,
    channelCount,
    encoding: 'LIN16' as const,
    inputs: ['monitor' as const],
  })),
  { name: MIXED_DEVICE, rateHz: 48_000, channelCount: 2, encoding: 'LIN16' },
  ...roomDevices.map((name) => ({
    name,
    rateHz: ROOM_RATE_HZ,
    channelCount: 1,
    encoding: 'LIN16' as const,
  })),
];

/** A sound that repeats after PATTERN_FRAMES. */
export class KnownSound {
  /** As the player sends it, and as it is heard in 16 bits, each twice in a row. */
  readonly #played: Buffer;
  readonly #heard: Buffer;
  readonly playedFrameBytes: number;
  readonly heardFrameBytes: number;

  constructor({ channelCount, encoding }: KnownDevice) {
    const codec = codecFor(encoding);
    if (codec === undefined) throw new Error(`There is no codec for ${encoding}.`);
    const sampleCount = PATTERN_FRAMES * channelCount;
    const played = new Uint8Array(sampleCount * encodings[encoding].bytesPerUnit);
    const heard = new Int16Array(sampleCount);
    const encoder = createEncoder16(codec, channelCount, sampleCount);
    encoder.encode(noise(sampleCount), sampleCount, played, false);
    createDecoder16(codec, channelCount, sampleCount).decode(played, heard, false);
    this.#played = Buffer.concat([played, played]);
    const heardBytes = Buffer.alloc(SAMPLE_BYTES * sampleCount);
    heard.forEach((sample, i) => {
      heardBytes.writeInt16LE(sample, SAMPLE_BYTES * i);
    });
    this.#heard = Buffer.concat([heardBytes, heardBytes]);
    this.playedFrameBytes = channelCount * encodings[encoding].bytesPerUnit;
    this.heardFrameBytes = channelCount * SAMPLE_BYTES;
  }

  /** At most PATTERN_FRAMES. */
  played(startFrame: number, frameCount: number): Uint8Array {
    const from = (startFrame % PATTERN_FRAMES) * this.playedFrameBytes;
    return this.#played.subarray(from, from + frameCount * this.playedFrameBytes);
  }

  isHeard(startFrame: number, samples: Uint8Array): boolean {
    const from = (startFrame % PATTERN_FRAMES) * this.heardFrameBytes;
    return Buffer.compare(samples, this.#heard.subarray(from, from + samples.length)) === 0;
  }
}

/** The same each time; loud enough for every encoding to tell, and never clipped. */
function noise(sampleCount: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: sampleCount }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) - 32_768;
  });
}
