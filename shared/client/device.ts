// The server's devices, as its set-up reply describes them.
import { type EncodingName, encodingNamed } from '#shared/protocol/encodings';
import type { DeviceIndex } from '#shared/protocol/ids';
import type { DeviceDescription } from '#shared/protocol/setup';

/** A device; encodings are names, UNKNOWN where the server gave a number that the protocol lacks. */
export interface Device extends Omit<DeviceDescription, 'playEncoding' | 'recordEncoding'> {
  readonly index: DeviceIndex;
  readonly playEncoding: EncodingName;
  readonly recordEncoding: EncodingName;
}

export function describeDevice(description: DeviceDescription, index: number): Device {
  return {
    ...description,
    index: index as DeviceIndex,
    playEncoding: encodingNamed(description.playEncoding) ?? 'UNKNOWN',
    recordEncoding: encodingNamed(description.recordEncoding) ?? 'UNKNOWN',
  };
}
