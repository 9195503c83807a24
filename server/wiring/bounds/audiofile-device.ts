// What AudioFile requests can choose about devices, telephone lines, hosts, other clients, atoms and properties.
import { MAX_FLASH_MS, MAX_WAITING_STEPS } from '#server/devices/phone-line';
import { MAX_HOSTS } from '#server/dispatch/access';
import { type Bound, bytes, duration, limited, plain } from './bound.ts';

export const deviceBounds = {
  deviceGain: {
    what: 'Gains of a device',
    bound: '`inputGain` and `outputGain` of the device',
    past: 'BadValue',
    fields: ['SetInputGain.gainDb', 'SetOutputGain.gainDb'],
  },
  deviceMask: {
    what: 'Masks of inputs, outputs, pass-through and gain control',
    bound: 'the switches that the device has',
    past: 'BadValue',
    fields: [
      'EnableInput',
      'EnableOutput',
      'DisableInput',
      'DisableOutput',
      'EnablePassThrough',
      'DisablePassThrough',
      'EnableGainControl',
      'DisableGainControl',
    ].map((request) => `${request}.mask`),
  },
  dialedSteps: {
    what: 'Digits, pauses and flashes that wait on a telephone line',
    bound: plain(MAX_WAITING_STEPS),
    past: 'the rest of a number is not dialed',
    fields: ['DialPhone.number'],
  },
  flash: {
    what: 'How long the hook is flashed',
    bound: duration(MAX_FLASH_MS),
    past: 'nothing happens',
    fields: ['FlashHook.durationMs'],
  },
  hook: {
    what: 'State of the hook',
    bound: '0 or 1',
    past: 'nothing happens, as in the original',
    fields: ['HookSwitch.state'],
  },
  accessMode: {
    what: 'State of access control',
    bound: '0 or 1',
    past: 'BadValue',
    fields: ['SetAccessControl.mode'],
  },
  hostAddress: {
    what: 'Mode, family and address of a host',
    bound: 'IPv4 and 4 bytes',
    past: 'BadValue',
    fields: ['ChangeHosts.mode', 'ChangeHosts.family', 'ChangeHosts.address'],
  },
  hosts: {
    what: 'Hosts in the list',
    bound: plain(MAX_HOSTS),
    past: 'BadAlloc',
  },
  killedClient: {
    what: 'Resource whose client is to be disconnected',
    bound: 'one in the range of a client',
    past: 'BadValue',
    fields: ['KillClient.resource'],
  },
  atom: {
    what: 'Number of an atom',
    bound: 'one that was interned',
    past: 'BadAtom',
    fields: [
      'GetAtomName.atom',
      'ChangeProperty.property',
      'ChangeProperty.type',
      'DeleteProperty.property',
      'GetProperty.property',
      'GetProperty.type',
    ],
  },
  atoms: {
    what: 'Atoms that clients intern',
    ...limited('atoms', plain),
    past: 'BadAlloc',
  },
  atomNames: {
    what: 'Names of all atoms together',
    ...limited('atomNameBytes', bytes),
    past: 'BadAlloc',
  },
  properties: {
    what: 'Properties of one device',
    ...limited('propertiesPerDevice', plain),
    past: 'BadAlloc',
  },
  propertyBytes: {
    what: 'All properties of one device together',
    ...limited('propertyBytes', bytes),
    past: 'BadAlloc, and the property stays as it was',
  },
  propertyFormat: {
    what: 'Mode and format of a property',
    bound: 'replace, prepend or append; 8, 16 or 32',
    past: 'BadValue',
    fields: ['ChangeProperty.mode', 'ChangeProperty.format'],
  },
  propertyPart: {
    what: 'Where a part of a property begins',
    bound: 'the property’s end',
    past: 'BadValue; a part that reaches beyond the end ends there',
    fields: ['GetProperty.longOffset', 'GetProperty.longLength', 'GetProperty.delete'],
  },
} as const satisfies Record<string, Bound>;
