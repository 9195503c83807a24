// The arithmetic of GSM 06.10, section 5.1: words of 16 bits with sign, that saturate.

export function saturate(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}

export function saturate32(value: number): number {
  return Math.min(0x7fffffff, Math.max(-0x80000000, value));
}

export function add(a: number, b: number): number {
  return saturate(a + b);
}

export function subtract(a: number, b: number): number {
  return saturate(a - b);
}

export function magnitude(a: number): number {
  return Math.min(32767, Math.abs(a));
}

/** The product of two fractions of 15 bits, rounded. */
export function multiplyRounded(a: number, b: number): number {
  return Math.min(32767, (a * b + 16384) >> 15);
}

/** The product of two fractions of 15 bits, cut off. */
export function multiply(a: number, b: number): number {
  return Math.min(32767, (a * b) >> 15);
}

/** How far a positive word of 32 bits can be shifted left without becoming negative. */
export function headroom(a: number): number {
  return Math.clz32(a) - 1;
}

/** The fraction a / b in 15 bits, for 0 <= a <= b; 1 becomes 32767, and 0 / 0 is 0. */
export function divide(a: number, b: number): number {
  return a === 0 ? 0 : Math.min(32767, Math.floor((a * 32768) / b));
}
