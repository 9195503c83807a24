// The attributes of an audio context, and how a mask and a list of numbers carry them.
import { ProtocolError } from './errors.ts';

interface AttributeEntry {
  readonly mask: number;
  readonly signed: boolean;
  readonly doc: string;
}

/** In the order of their bits, which is the order of their values on the wire. */
export const contextAttributes = {
  recordGainDb: { mask: 1, signed: true, doc: 'Gain of what is recorded, -100 to 100 dB.' },
  playGainDb: { mask: 2, signed: true, doc: 'Gain of what is played, -100 to 100 dB.' },
  startTimeout: { mask: 4, signed: false, doc: 'Stored, without effect.' },
  endSilence: { mask: 8, signed: false, doc: 'Stored, without effect.' },
  preemption: { mask: 16, signed: false, doc: '0 mixes, 1 preempts; the low 8 bits count.' },
  encoding: { mask: 32, signed: false, doc: 'Encoding of both play and record.' },
} as const satisfies Record<string, AttributeEntry>;

export type AttributeName = keyof typeof contextAttributes;
export type ContextAttributes = Record<AttributeName, number>;

const entries = Object.entries(contextAttributes) as [AttributeName, AttributeEntry][];
const KNOWN_MASK = entries.reduce((mask, [, entry]) => mask | entry.mask, 0);

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}

/**
 * What CreateAC and ChangeACAttributes carry, as far as it is known here. `lengthErrorValue` is what
 * BadLength repeats, which is the id for CreateAC.
 */
export function readAttributes(
  mask: number,
  values: readonly number[],
  lengthErrorValue = 0,
): Partial<ContextAttributes> {
  if (values.length !== bitCount(mask)) throw new ProtocolError('BadLength', lengthErrorValue);
  const attributes: Partial<ContextAttributes> = {};
  let position = 0;
  for (const [name, entry] of entries) {
    if ((mask & entry.mask) === 0) continue;
    const value = values[position] ?? 0;
    attributes[name] = entry.signed ? value | 0 : value;
    position += 1;
  }
  return attributes;
}

/** Bits are looked at in order, so that an unknown one is BadValue after all known ones (original.md 8). */
export function requireKnownAttributes(mask: number): void {
  if ((mask & ~KNOWN_MASK) !== 0) throw new ProtocolError('BadValue', mask);
}

export function writeAttributes(attributes: Partial<ContextAttributes>): {
  mask: number;
  values: number[];
} {
  const given = entries.filter(([name]) => attributes[name] !== undefined);
  return {
    mask: given.reduce((mask, [, entry]) => mask | entry.mask, 0),
    values: given.map(([name]) => (attributes[name] ?? 0) >>> 0),
  };
}
