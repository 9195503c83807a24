// Cross-check of encodings with sox, an independent program. It decodes G.711 alike and encodes it with
// another rounding, and its IMA ADPCM rounds differently both ways; the rules by which it does so stand
// here, and with them it agrees in every sample. Without sox the checks are left out, which says so.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aLawCodec, aLawCompress14 } from '#shared/audio/encodings/alaw';
import { imaCodec, imaStepSizes } from '#shared/audio/encodings/ima';
import { muLawCodec, muLawCompress14 } from '#shared/audio/encodings/mulaw';
import { snrDb, testSignal } from './reference-vectors.ts';
import { decodeStream, encodeStream } from './whole-streams.ts';

const hasSox = spawnSync('sox', ['--version']).status === 0;
if (!hasSox) {
  console.warn(
    '\n  !!! sox not found: the cross-checks of G.711 and IMA ADPCM are SKIPPED. Install sox to run them.\n',
  );
}

const ONE_CHANNEL = ['-r', '8000', '-c', '1'];
const LINEAR = ['-t', 's16', '-L', ...ONE_CHANNEL];

function sox(args: readonly string[], input: Uint8Array): Uint8Array {
  // -D keeps sox from adding noise, -V1 from remarking on clipped samples.
  const run = spawnSync('sox', ['-V1', '-D', ...args], { input, maxBuffer: 1 << 24 });
  expect(run.stderr.toString()).toBe('');
  expect(run.status).toBe(0);
  return Uint8Array.from(run.stdout);
}

/** `type` is sox's name of a file without a header. */
function soxEncodes(type: string, samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * samples.length);
  samples.forEach((sample, i) => {
    bytes[2 * i] = sample;
    bytes[2 * i + 1] = sample >> 8;
  });
  return sox([...LINEAR, '-', '-t', type, '-'], bytes);
}

function soxDecodes(type: string, codes: Uint8Array): Int16Array {
  const bytes = sox(['-t', type, ...ONE_CHANNEL, '-', ...LINEAR, '-'], codes);
  return Int16Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8),
  );
}

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);
const allValues = Int16Array.from({ length: 0x10000 }, (_, i) => i - 0x8000);

const codeAt = (compress14: Uint8Array, value14: number) => compress14[value14 & 0x3fff] as number;

/** Rounds to the nearest value of 14 bits, where the original cuts the low bits off (original.md 10). */
function muLawCodeOfSox(value16: number): number {
  return codeAt(muLawCompress14, Math.min(0x1fff, (value16 + 2) >> 2));
}

/** Rounds to 13 bits, and takes the ones' complement of negative values as the ITU's own program does. */
function aLawCodeOfSox(value16: number): number {
  const value13 = Math.min(0xfff, (value16 + 4) >> 3);
  if (value13 >= 0) return codeAt(aLawCompress14, 2 * value13);
  return codeAt(aLawCompress14, 2 * ~value13) ^ 0x80;
}

const laws = [
  { name: 'mu-law', type: 'ul', codec: muLawCodec, codeOfSox: muLawCodeOfSox, differing: 508 },
  { name: 'A-law', type: 'al', codec: aLawCodec, codeOfSox: aLawCodeOfSox, differing: 1528 },
];

describe.skipIf(!hasSox).each(laws)('$name beside sox', ({ type, codec, codeOfSox, differing }) => {
  it('decodes every code to the same value', () => {
    expect(decodeStream(codec, allCodes)).toEqual(soxDecodes(type, allCodes));
  });

  it('encodes all 65,536 values to the same codes, but for the rounding of sox', () => {
    const theirs = soxEncodes(type, allValues);
    expect(theirs).toEqual(Uint8Array.from(allValues, codeOfSox));
    const ours = encodeStream(codec, allValues);
    expect(ours.filter((code, i) => code !== theirs[i]).length).toBe(differing);
  });

  it('is never more than a step away from sox', () => {
    const [ours, theirs] = [encodeStream(codec, allValues), soxEncodes(type, allValues)];
    const levels = Int16Array.from(new Set(decodeStream(codec, allCodes))).sort();
    const levelOf = new Map(Array.from(levels, (level, place) => [level, place]));
    const placesOf = (codes: Uint8Array) =>
      Array.from(decodeStream(codec, codes), (value) => levelOf.get(value) as number);
    const theirPlaces = placesOf(theirs);
    const steps = placesOf(ours).map((place, i) => Math.abs(place - (theirPlaces[i] as number)));
    expect(Math.max(...new Set(steps))).toBe(1);
  });
});

/**
 * IMA ADPCM with one rounding a sample, as sox does it: it multiplies the step by the code and a half,
 * where the published algorithm, like the original, adds up parts of the step that are cut off each.
 */
function decodeImaLikeSox(codes: Uint8Array): Int16Array {
  let predictor = 0;
  let index = 0;
  return Int16Array.from({ length: 2 * codes.length }, (_, i) => {
    const byte = codes[i >> 1] as number;
    const code = i % 2 === 0 ? byte >> 4 : byte & 15;
    const difference = ((2 * (code & 7) + 1) * (imaStepSizes[index] as number)) >> 3;
    predictor = Math.max(
      -0x8000,
      Math.min(0x7fff, predictor + (code & 8 ? -difference : difference)),
    );
    index = Math.max(0, Math.min(88, index + ([-1, -1, -1, -1, 2, 4, 6, 8][code & 7] as number)));
    return predictor;
  });
}

describe.skipIf(!hasSox)('IMA ADPCM beside sox', () => {
  it('is decoded by sox to the same samples, but for one rounding instead of four', () => {
    const codes = encodeStream(imaCodec, testSignal);
    expect(soxDecodes('ima', codes)).toEqual(decodeImaLikeSox(codes));
  });

  it('decodes what sox encoded as well as what is encoded here', () => {
    const theirs = decodeStream(imaCodec, soxEncodes('ima', testSignal));
    const ours = decodeStream(imaCodec, encodeStream(imaCodec, testSignal));
    expect(snrDb(testSignal, theirs)).toBeGreaterThan(snrDb(testSignal, ours) - 0.2);
  });
});
