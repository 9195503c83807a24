// A frame's 76 parameters and their places in its 33 bytes: the half-byte D, then each parameter in
// turn, highest bit first. The standard orders the parameters; the half-byte and the bytes are the
// custom of files and networks.
import { pulsesPerSubframe, reflectionCount, subframesPerFrame } from './tables.ts';

const magic = 0xd;

/** Where the parameters of a subframe are, counted from its first one. */
export const subframeField = { lag: 0, gain: 1, grid: 2, blockMaximum: 3, pulses: 4 } as const;

const ratioWidths = [6, 6, 5, 5, 4, 4, 3, 3];
const subframeWidths = [7, 2, 2, 6, ...Array<number>(pulsesPerSubframe).fill(3)];

const widths = Uint8Array.from([
  ...ratioWidths,
  ...Array.from({ length: subframesPerFrame }, () => subframeWidths).flat(),
]);

export const parametersPerFrame = widths.length;

/** The eight area ratios come first. */
export function firstParameterOf(subframe: number): number {
  return reflectionCount + subframe * subframeWidths.length;
}

export function hasMagic(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset] as number) >> 4 === magic;
}

export function unpackFrame(bytes: Uint8Array, offset: number, parameters: Uint8Array): void {
  let pending = (bytes[offset] as number) & 15;
  let pendingBits = 4;
  let next = offset + 1;
  for (let i = 0; i < parametersPerFrame; i++) {
    const width = widths[i] as number;
    if (pendingBits < width) {
      pending = (pending << 8) | (bytes[next++] as number);
      pendingBits += 8;
    }
    pendingBits -= width;
    parameters[i] = pending >> pendingBits;
    pending &= (1 << pendingBits) - 1;
  }
}

export function packFrame(parameters: Uint8Array, bytes: Uint8Array, offset: number): void {
  let pending = magic;
  let pendingBits = 4;
  let next = offset;
  for (let i = 0; i < parametersPerFrame; i++) {
    const width = widths[i] as number;
    pending = (pending << width) | (parameters[i] as number);
    pendingBits += width;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[next++] = pending >> pendingBits;
      pending &= (1 << pendingBits) - 1;
    }
  }
}

/** Quiet noise of the lowest level without any pitch (original.md 10). */
export const silentFrame = Uint8Array.of(
  ...[0xd8, 0x20, 0xa2, 0xe1, 0x5a],
  ...Array.from({ length: subframesPerFrame }, () => [
    0x50, 0x00, 0x49, 0x24, 0x92, 0x49, 0x24,
  ]).flat(),
);
