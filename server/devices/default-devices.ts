// The devices of a server that nobody has configured. They stand where the original's best-known server
// had them: the telephone line first, then a telephone-quality device, then a stereo one with its
// channels.
import type { InterfaceDescription } from './device-set.ts';

/** What an interface is like unless its description says otherwise. */
export const interfaceDefaults = {
  bufferSeconds: 4,
  blockMs: 10,
  inputs: ['microphones', 'monitor'],
  outputs: ['browsers'],
  // The ranges of the original's telephone-quality devices.
  inputGain: { minDb: 0, maxDb: 24 },
  outputGain: { minDb: -70, maxDb: 18 },
  hasPhoneLine: false,
  views: [],
} as const satisfies Partial<InterfaceDescription>;

const TELEPHONE_QUALITY = {
  ...interfaceDefaults,
  rateHz: 8000,
  encoding: 'MU255',
  channelCount: 1,
} as const;

export const defaultDevices: readonly InterfaceDescription[] = [
  { ...TELEPHONE_QUALITY, name: 'phone', inputs: ['microphones'], hasPhoneLine: true },
  { ...TELEPHONE_QUALITY, name: 'codec', passThroughWith: 'phone' },
  {
    ...interfaceDefaults,
    name: 'hifi',
    rateHz: 48_000,
    encoding: 'LIN16',
    channelCount: 2,
    views: [
      { name: 'left', channel: 0 },
      { name: 'right', channel: 1 },
    ],
  },
];
