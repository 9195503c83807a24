// What the tests of G.721, G.723, G.722 and GSM share: fixtures, signals, and coding in one call.
import { readFileSync } from 'node:fs';
import type { Codec } from '#shared/audio/encodings/codec';
import { encodings } from '#shared/protocol/encodings';
import { seededRandom } from '#test/support/random';

const vectors = new URL('../../../fixtures/vectors/', import.meta.url);

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, vectors)));
}

export function fixtureSamples(name: string): Int16Array {
  const bytes = fixtureBytes(name);
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
}

export function byteCountOf(codec: Codec<'int16'>, sampleCount: number): number {
  const { bytesPerUnit, samplesPerUnit } = encodings[codec.encoding];
  return (sampleCount / samplesPerUnit) * bytesPerUnit;
}

export function sampleCountOf(codec: Codec<'int16'>, byteCount: number): number {
  const { bytesPerUnit, samplesPerUnit } = encodings[codec.encoding];
  return (byteCount / bytesPerUnit) * samplesPerUnit;
}

/** The samples as one block through a fresh encoder. */
export function encodeAll(
  codec: Codec<'int16'>,
  samples: Int16Array,
  channelCount = 1,
): Uint8Array {
  const bytes = new Uint8Array(byteCountOf(codec, samples.length));
  const written = codec.createEncoder(channelCount).encode(samples, samples.length, bytes, false);
  if (written !== bytes.length) throw new Error(`${written} bytes instead of ${bytes.length}`);
  return bytes;
}

/** The bytes as one block through a fresh decoder. */
export function decodeAll(codec: Codec<'int16'>, bytes: Uint8Array, channelCount = 1): Int16Array {
  const samples = new Int16Array(sampleCountOf(codec, bytes.length));
  const written = codec.createDecoder(channelCount).decode(bytes, samples, false);
  if (written !== samples.length) throw new Error(`${written} samples, not ${samples.length}`);
  return samples;
}

export function randomBytes(byteCount: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: byteCount }, () => random(256));
}

export function tone(sampleCount: number, frequencyHz: number, rateHz: number, peak: number) {
  return Int16Array.from({ length: sampleCount }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)),
  );
}

export function interleave(left: Int16Array, right: Int16Array): Int16Array {
  return Int16Array.from(
    { length: 2 * left.length },
    (_, i) => (i % 2 === 0 ? left : right).at(i >> 1) as number,
  );
}

/** Signal to noise from `firstSample` on of `heard`, which comes `delaySamples` after `meant`. */
export function snrDb(
  meant: Int16Array,
  heard: Int16Array,
  delaySamples: number,
  firstSample = 0,
): number {
  let signal = 0;
  let noise = 0;
  for (let i = firstSample; i + delaySamples < heard.length; i++) {
    const sample = meant[i] as number;
    signal += sample ** 2;
    noise += (sample - (heard[i + delaySamples] as number)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

export function peakOf(samples: Int16Array): number {
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}
