// G.711 mu-law in its 14-bit form, by arithmetic: enough to compare kernels with recorded mu-law tables.

/** Bias that makes the segments start at powers of two. */
const BIAS = 33;

export function expand14(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> 4) & 7;
  const magnitude = ((2 * (inverted & 15) + BIAS) << segment) - BIAS;
  return inverted & 0x80 ? -magnitude : magnitude;
}

export function compress14(value: number): number {
  const magnitude = Math.min(Math.abs(value), 8158) + BIAS;
  const segment = 26 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (segment + 1)) & 15;
  return ~((value < 0 ? 0x80 : 0) | (segment << 4) | mantissa) & 0xff;
}
