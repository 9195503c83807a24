// The devices of a gateway that nobody has configured, as it lists them to a page.
import type { DeviceListing, DeviceSettings } from '#shared/relay/control';

const settings: DeviceSettings = {
  inputGain: { gainDb: 0, minDb: 0, maxDb: 24 },
  outputGain: { gainDb: 0, minDb: -70, maxDb: 18 },
  inputs: { bitCount: 2, mask: 1 },
  outputs: { bitCount: 1, mask: 1 },
  passThrough: { bitCount: 1, mask: 0 },
  isGainControlOn: false,
};

const telephone = {
  rateHz: 8_000,
  channelCount: 1,
  encoding: 'MU255',
  hasPhoneLine: false,
  settings,
} as const;
const studio = { ...telephone, rateHz: 48_000, encoding: 'LIN16' } as const;

export const fakeDevices: readonly DeviceListing[] = [
  {
    ...telephone,
    number: 0,
    index: 0,
    name: 'phone',
    hasPhoneLine: true,
    settings: { ...settings, inputs: { bitCount: 1, mask: 1 } },
  },
  { ...telephone, number: 1, index: 1, name: 'codec' },
  { ...studio, number: 2, index: 2, name: 'hifi', channelCount: 2 },
  { ...studio, number: 3, index: 3, name: 'left' },
  { ...studio, number: 4, index: 4, name: 'right' },
];
