// The bits of a device's masks, by name.

export interface SwitchBit {
  readonly bit: number;
  readonly name: string;
  readonly doc: string;
}

type Named = readonly Pick<SwitchBit, 'name' | 'doc'>[];

const inputs: Named = [
  { name: 'Microphones', doc: 'What is said in browsers' },
  { name: 'Monitor', doc: 'What the device itself plays' },
];
const outputs: Named = [{ name: 'Browsers', doc: 'The pages that listen' }];

function bitsOf(bitCount: number, named: Named, otherName: string): SwitchBit[] {
  return Array.from({ length: bitCount }, (_, bit) => {
    const { name, doc } = named[bit] ?? {
      name: `${otherName} ${bit}`,
      doc: 'From the configuration',
    };
    return { bit, name, doc };
  });
}

/** What record hears. */
export const inputBits = (bitCount: number) => bitsOf(bitCount, inputs, 'Input');

/** Where play goes. */
export const outputBits = (bitCount: number) => bitsOf(bitCount, outputs, 'Output');

export function isOn(mask: number, bit: number): boolean {
  return Math.floor(mask / 2 ** bit) % 2 === 1;
}

/** Masks have up to 32 bits, which the bit operators of the language would make negative. */
export function withBit(mask: number, bit: number, on: boolean): number {
  if (isOn(mask, bit) === on) return mask;
  return mask + (on ? 1 : -1) * 2 ** bit;
}
