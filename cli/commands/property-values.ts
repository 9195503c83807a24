// How properties of devices are written by people and shown to them.

import { type Atom, type Atoms, type Property, predefinedAtoms } from '#shared/client/index';
import { usageError } from '../errors.ts';
import { printable } from '../shown-text.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8-names.ts';

/** A property with everything about it that can be named, named. */
export interface ShownProperty {
  readonly name: string;
  readonly type: string;
  /** Bits of one unit. */
  readonly format: 8 | 16 | 32;
  /** Text of a STRING of bytes, names where the type is ATOM, numbers otherwise. */
  readonly value: string | readonly (string | number)[];
}

const MAX_UNITS_SHOWN = 16;

export async function showProperty(
  atoms: Atoms,
  name: string,
  { type, data }: Property,
): Promise<ShownProperty> {
  const format = data instanceof Uint8Array ? 8 : data instanceof Uint16Array ? 16 : 32;
  return {
    name: decodeUtf8(name),
    type: decodeUtf8(await atoms.nameOf(type)),
    format,
    value: await shownValue(atoms, type, data),
  };
}

async function shownValue(
  atoms: Atoms,
  type: Atom,
  data: Property['data'],
): Promise<ShownProperty['value']> {
  if (type === predefinedAtoms.STRING && data instanceof Uint8Array) {
    return new TextDecoder().decode(data);
  }
  const numbers = [...data];
  if (type === predefinedAtoms.INTEGER) return numbers.map((unit) => signed(unit, data));
  if (type !== predefinedAtoms.ATOM || data instanceof Uint8Array) return numbers;
  return Promise.all(numbers.map((atom) => nameOrNumber(atoms, atom as Atom)));
}

function signed(unit: number, data: Property['data']): number {
  const shift = 32 - 8 * data.BYTES_PER_ELEMENT;
  return (unit << shift) >> shift;
}

/** A property may hold any number and call it an atom. */
function nameOrNumber(atoms: Atoms, atom: Atom): Promise<string | number> {
  return atoms.nameOf(atom).then(decodeUtf8, () => atom);
}

/** The form in which properties are typed and listed. */
export function propertyText({ name, type, format, value }: ShownProperty): string {
  const shown =
    typeof value === 'string'
      ? JSON.stringify(value)
      : value.slice(0, MAX_UNITS_SHOWN).join(' ') +
        (value.length > MAX_UNITS_SHOWN ? ` … (${value.length} in all)` : '');
  return `${printable(`${name}(${type}${format === 8 ? '' : `/${format}`}) = ${shown}`)}\n`;
}

/** "STRING", "CARDINAL", "INTEGER/16": a type, and the bits of a unit where they are not the usual ones. */
export async function parseProperty(
  atoms: Atoms,
  typeText: string,
  text: string,
): Promise<Property> {
  const [, typeName = '', bitsText] = /^([^/]+)(?:\/(8|16|32))?$/.exec(typeText) ?? [];
  if (typeName === '') {
    throw usageError(
      `"${typeText}" is no type: write STRING, CARDINAL or another name, and /8, /16 or /32 after it for another size of unit.`,
    );
  }
  const type = await atoms.intern(encodeUtf8(typeName));
  const isText = type === predefinedAtoms.STRING;
  const bits = Number(bitsText ?? (isText ? 8 : 32)) as 8 | 16 | 32;
  if (isText && bits === 8) return { type, data: new TextEncoder().encode(text) };
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const numbers =
    type === predefinedAtoms.ATOM
      ? await Promise.all(words.map((word) => atoms.intern(encodeUtf8(word))))
      : words.map((word) => parseUnit(word, bits));
  return { type, data: unitsOf(numbers, bits) };
}

function parseUnit(word: string, bits: number): number {
  const number = /^-?(\d+|0x[\da-f]+)$/i.test(word)
    ? word.startsWith('-')
      ? -Number(word.slice(1))
      : Number(word)
    : Number.NaN;
  if (number >= -(2 ** (bits - 1)) && number < 2 ** bits) return number;
  throw usageError(
    `"${word}" is no number of ${bits} bits: write whole numbers such as 5, -5 or 0x1f, or choose --type STRING for text.`,
  );
}

function unitsOf(numbers: readonly number[], bits: 8 | 16 | 32): Property['data'] {
  if (bits === 8) return Uint8Array.from(numbers);
  return bits === 16 ? Uint16Array.from(numbers) : Uint32Array.from(numbers);
}
