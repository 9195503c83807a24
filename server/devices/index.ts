// All that others may import from devices.
export type { DevicePorts } from './audio-interface.ts';
export type { GainRange } from './controls.ts';
export { defaultDevices, interfaceDefaults } from './default-devices.ts';
export {
  type ChannelViewDescription,
  createDeviceSet,
  type InterfaceDescription,
  type VirtualDeviceSet,
} from './device-set.ts';
export type * from './face.ts';
export type { LineEnd, ToneFrames, VirtualPhoneLine } from './phone-line.ts';
export type { InputKind, OutputKind, VirtualDevice } from './virtual-device.ts';
export { WrittenSound, type WrittenSoundOptions } from './written-sound.ts';
