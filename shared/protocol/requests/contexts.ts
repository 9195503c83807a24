// Audio contexts: what a client plays and records through.
import { card32, contextId, deviceIndex, numbers, pad } from '../fields.ts';
import { request } from '../message.ts';

export const SelectEvents = request({
  opcode: 2,
  doc: "Chooses which events of the context's device this client receives.",
  body: { context: contextId, mask: card32 },
  length: 'atLeast',
  errors: ['BadLength', 'BadAC', 'BadValue'],
});

export const CreateAC = request({
  opcode: 4,
  doc: 'Creates an audio context on a device. A value follows for each bit of the mask, in the order of the bits.',
  body: { context: contextId, mask: card32, device: deviceIndex, values: numbers() },
  errors: ['BadLength', 'BadIDChoice', 'BadDevice', 'BadValue', 'BadAlloc'],
});

export const ChangeACAttributes = request({
  opcode: 5,
  doc: 'Changes attributes of a context, as CreateAC sets them.',
  body: { context: contextId, mask: card32, unused: pad(4), values: numbers() },
  errors: ['BadLength', 'BadAC', 'BadValue'],
});

export const FreeAC = request({
  opcode: 6,
  doc: 'Destroys a context. Contexts also end with the client that created them.',
  body: { context: contextId },
  errors: ['BadLength', 'BadAC'],
});
