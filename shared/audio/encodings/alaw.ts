// G.711 A-law: its tables, for whoever computes with codes, and its codec.
import { createCompandedCodec, expandEight } from './companded.ts';

/** The linear value of each code, 16 bits wide: -32256 to 32256. */
export const aLawExpand16: Int16Array = Int16Array.from({ length: 256 }, (_, code) => expand(code));

/** The same under a name that is not exported: V8 takes only such for values that never change. */
const expand16 = aLawExpand16;

/** The code of each 14-bit linear value (-8192 to 8191), at `value & 0x3fff`. */
export const aLawCompress14: Uint8Array = Uint8Array.from({ length: 0x4000 }, (_, index) =>
  compress((index << 18) >> 18),
);

export const aLawCodec = createCompandedCodec({
  encoding: 'ALAW',
  silenceCode: 0xd5,
  decode,
  compress14: aLawCompress14,
  fullScale: 32256,
});

/** `decodeBy` of companded.ts, written out around this one table. */
function decode(input: Uint8Array, output: Int16Array): number {
  const sampleCount = input.length;
  let i = 0;
  for (; i < sampleCount - 15; i = (i + 16) & 0x3fffffff) {
    expandEight(expand16, input, output, i);
    expandEight(expand16, input, output, i + 8);
  }
  for (; i < sampleCount; i++) output[i] = expand16[input[i] as number] as number;
  return sampleCount;
}

// A code is, every other bit inverted: sign (set where positive), 3 bits of segment, 4 bits of mantissa.
// The two lowest segments share a step, which is why segment 0 has no leading one.
function expand(code: number): number {
  const plain = code ^ 0x55;
  const segment = (plain >> 4) & 7;
  const middle = ((plain & 15) << 4) + 8;
  const magnitude = segment === 0 ? middle : (middle + 0x100) << (segment - 1);
  return plain & 0x80 ? magnitude : -magnitude;
}

// The magnitude decides, also of negative values: the ITU's own program takes the ones' complement
// and so differs by one code on 508 step boundaries (original.md 10).
function compress(value14: number): number {
  const magnitude = Math.min(Math.abs(value14) >> 1, 0xfff);
  const segment = Math.max(0, 27 - Math.clz32(magnitude));
  const mantissa = (magnitude >> Math.max(1, segment)) & 15;
  return ((segment << 4) | mantissa) ^ (value14 < 0 ? 0x55 : 0xd5);
}
