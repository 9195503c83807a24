// Sounds for tests that compare what was played with what is heard.
import { seededRandom } from '#test/support/random';

const NEGATIVE_ZERO = 0x7f;

/** mu-law noise of all codes but the second zero, which reads back as the first once it is mixed. */
export function muLawNoise(byteCount: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: byteCount }, () => {
    const code = random(255);
    return code < NEGATIVE_ZERO ? code : code + 1;
  });
}

/** Noise of 16 bits, as far as `amplitude`. */
export function noise16(sampleCount: number, seed: number, amplitude = 0x7fff): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length: sampleCount }, () => random(2 * amplitude + 1) - amplitude);
}

export function sine16(
  frameCount: number,
  { rateHz, hertz, amplitude }: { rateHz: number; hertz: number; amplitude: number },
): Int16Array {
  const radians = (2 * Math.PI * hertz) / rateHz;
  return Int16Array.from({ length: frameCount }, (_, at) =>
    Math.round(amplitude * Math.sin(radians * at)),
  );
}

/** The samples as a client sends them. */
export function bytesOf16(samples: Int16Array, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, at) => {
    view.setInt16(2 * at, sample, !bigEndian);
  });
  return bytes;
}

export function samplesOf16(bytes: Uint8Array, bigEndian = false): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) =>
    view.getInt16(2 * at, !bigEndian),
  );
}
