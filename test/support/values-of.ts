// Random values of any message, made from the same tables that say how it travels.
import fc from 'fast-check';
import type { FieldSpec, Layout, Units, ValueOf } from '#shared/protocol/fields';

const MOST_ITEMS = 12;
const card32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Lengths around the multiples of 4 matter, for padding; longer ones have tests of their own. */
const someBytes = fc.uint8Array({ maxLength: MOST_ITEMS });
const someText = someBytes.map((bytes) => String.fromCharCode(...bytes));

type Arbitraries = {
  [K in FieldSpec['kind']]?: (spec: Extract<FieldSpec, { kind: K }>) => fc.Arbitrary<unknown>;
};

/** What carries a value by itself; padding and counts carry none, and units need their format. */
const arbitraries: Arbitraries = {
  number: ({ byteCount, signed }) =>
    signed ? fc.integer() : fc.integer({ min: 0, max: 2 ** (8 * byteCount) - 1 }),
  boolean: () => fc.boolean(),
  bit: () => fc.boolean(),
  choice: ({ choices }) => fc.constantFrom(...Object.keys(choices)),
  oneOf: ({ numbers }) => fc.constantFrom(...numbers),
  bytes: () => someBytes,
  text: () => someText,
  list: ({ item }) => fc.array(valuesOf(item), { maxLength: 4 }),
  numbers: () => fc.array(card32, { maxLength: MOST_ITEMS }),
};

const unitArrays: Readonly<Record<number, (numbers: number[]) => Units>> = {
  8: (numbers) => Uint8Array.from(numbers),
  16: (numbers) => Uint16Array.from(numbers),
  32: (numbers) => Uint32Array.from(numbers),
};

const NO_UNITS = new Uint8Array(0);

/** Values that the layout can carry, whatever it is. The one cast from tables to types is here. */
export function valuesOf<L extends Layout>(layout: L): fc.Arbitrary<ValueOf<L>> {
  const specs = Object.entries(layout).map(([name, { spec }]) => ({ name, spec }));
  const units = specs.flatMap(({ name, spec }) => (spec.kind === 'units' ? [{ name, spec }] : []));
  const formats = new Set(units.map(({ spec }) => spec.format));

  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const { name, spec } of specs) {
    const arbitrary = arbitraries[spec.kind] as
      | ((spec: FieldSpec) => fc.Arbitrary<unknown>)
      | undefined;
    if (spec.kind === 'units') fields[name] = fc.array(card32, { maxLength: MOST_ITEMS });
    else if (formats.has(name)) fields[name] = formatsOf(spec);
    else if (arbitrary) fields[name] = arbitrary(spec);
  }

  const values = fc.record(fields).map((value) => {
    const withUnits = units.map(({ name, spec }) => {
      const make = unitArrays[value[spec.format] as number];
      return [name, make?.(value[name] as number[]) ?? NO_UNITS];
    });
    return { ...value, ...Object.fromEntries(withUnits) };
  });
  return values as unknown as fc.Arbitrary<ValueOf<L>>;
}

/** A reply may say format 0, which has no units: the property does not exist. */
function formatsOf(spec: FieldSpec): fc.Arbitrary<number> {
  return fc.constantFrom(...(spec.kind === 'oneOf' ? spec.numbers : [0, 8, 16, 32]));
}
