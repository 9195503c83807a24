// What pages are told of devices, and how they change their settings.
import type { Device, DeviceSet, Gain, Switches } from '#server/devices/face';
import type { DeviceListing, DeviceSettings, PageMessage } from '#shared/relay/control';
import { RelayError } from '#shared/relay/relay-error';
import type { DeviceNumbers } from './device-numbers.ts';

type Change = Extract<PageMessage, { type: 'change' }>;

export function devicesMessage({ devices }: DeviceSet, numbers: DeviceNumbers) {
  return {
    type: 'devices' as const,
    devices: devices.flatMap((device, index) => {
      const number = numbers.numberOf(device);
      return number === undefined ? [] : [listingOf(device, index, number)];
    }),
  };
}

function listingOf(device: Device, index: number, number: number): DeviceListing {
  const { name, rateHz, channelCount, encoding } = device;
  const hasPhoneLine = device.phone !== undefined;
  const settings = settingsOf(device);
  return { number, index, name, rateHz, channelCount, encoding, hasPhoneLine, settings };
}

export function settingsOf(device: Device): DeviceSettings {
  return {
    inputGain: gainOf(device.inputGain),
    outputGain: gainOf(device.outputGain),
    inputs: switchesOf(device.inputs),
    outputs: switchesOf(device.outputs),
    passThrough: switchesOf(device.passThrough),
    isGainControlOn: device.isGainControlOn,
  };
}

/** Does all of it or, throwing a RelayError, nothing. */
export function changeSettings(device: Device, change: Change): void {
  const steps = [
    gainStep('input gain', device.inputGain, change.inputGainDb),
    gainStep('output gain', device.outputGain, change.outputGainDb),
    switchStep('input', device.inputs, change.inputMask),
    switchStep('output', device.outputs, change.outputMask),
    switchStep('pass-through', device.passThrough, change.passThroughMask),
  ];
  for (const step of steps) step?.();
  if (change.isGainControlOn !== undefined) device.isGainControlOn = change.isGainControlOn;
}

function gainOf({ gainDb, minDb, maxDb }: Gain) {
  return { gainDb, minDb, maxDb };
}

function switchesOf({ bitCount, mask }: Switches) {
  return { bitCount, mask };
}

function gainStep(name: string, gain: Gain, wantedDb: number | undefined) {
  if (wantedDb === undefined) return undefined;
  if (wantedDb < gain.minDb || wantedDb > gain.maxDb) {
    throw RelayError.refused(
      `The ${name} of this device goes from ${gain.minDb} to ${gain.maxDb} dB, so it cannot be ${wantedDb} dB.`,
    );
  }
  return () => gain.change(wantedDb);
}

function switchStep(name: string, switches: Switches, wantedMask: number | undefined) {
  if (wantedMask === undefined) return undefined;
  if (wantedMask >= 2 ** switches.bitCount) {
    throw RelayError.refused(
      `This device has ${switches.bitCount} ${name} switches, and mask ${wantedMask} has more.`,
    );
  }
  return () => switches.change(wantedMask);
}
