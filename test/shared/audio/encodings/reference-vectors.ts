// Reads the vectors made with the original programs, and the little arithmetic that comparing with them takes.
import { readFileSync } from 'node:fs';

/** The bytes of a file of test/fixtures/vectors. */
export function readVector(name: string): Uint8Array {
  const file = new URL(`../../../fixtures/vectors/${name}`, import.meta.url);
  return Uint8Array.from(readFileSync(file));
}

export function readInt16Vector(name: string): Int16Array {
  const view = new DataView(readVector(name).buffer);
  return Int16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getInt16(2 * i, true));
}

/** A signal of 2 s at 8 kHz with a bit of everything. */
export const testSignal = readInt16Vector('signal/signal.s16le');

export function snrDb(wanted: ArrayLike<number>, got: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < wanted.length; i++) {
    const value = wanted[i] as number;
    signal += value ** 2;
    noise += (value - (got[i] as number)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
