// G.711 mu-law: its tables, for whoever computes with codes (mixing, gain), and its codec.
import { createCompandedCodec, expandEight } from './companded.ts';

/** Added to a 14-bit magnitude, so that every segment starts at a power of two. */
const bias = 33;
/** The largest 14-bit magnitude that still fits the top segment once biased. */
const clip = 8158;

/** The linear value of each code, 16 bits wide: -32124 to 32124. */
export const muLawExpand16: Int16Array = Int16Array.from({ length: 256 }, (_, code) =>
  expand(code),
);

/** The same under a name that is not exported: V8 takes only such for values that never change. */
const expand16 = muLawExpand16;

/** The code of each 14-bit linear value (-8192 to 8191), at `value & 0x3fff`. Code 7F never comes out. */
export const muLawCompress14: Uint8Array = Uint8Array.from({ length: 0x4000 }, (_, index) =>
  compress((index << 18) >> 18),
);

export const muLawCodec = createCompandedCodec({
  encoding: 'MU255',
  silenceCode: 0xff,
  decode,
  compress14: muLawCompress14,
  fullScale: 32124,
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

// A code is, all bits inverted: sign, 3 bits of segment, 4 bits of mantissa.
function expand(code: number): number {
  const inverted = ~code;
  const segment = (inverted >> 4) & 7;
  const mantissa = inverted & 15;
  const magnitude14 = (((mantissa << 1) + bias) << segment) - bias;
  return (inverted & 0x80 ? -magnitude14 : magnitude14) << 2;
}

function compress(value14: number): number {
  const biased = Math.min(Math.abs(value14), clip) + bias;
  const segment = 26 - Math.clz32(biased);
  const mantissa = (biased >> (segment + 1)) & 15;
  const sign = value14 < 0 ? 0x80 : 0;
  return ~(sign | (segment << 4) | mantissa) & 0xff;
}
