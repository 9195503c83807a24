// Atoms, and the properties of devices that they name.
import {
  atom,
  boolean8,
  card8,
  card32,
  choice8,
  contextId,
  count16,
  count32,
  numbers,
  oneOf8,
  pad,
  text,
  units,
} from '../fields.ts';
import type { Atom } from '../ids.ts';
import { reply, request } from '../message.ts';

export const ChangeProperty = request({
  opcode: 33,
  doc: "Sets, prepends to or appends to a property of the context's device. Prepending and appending need the format and type that it has.",
  detail: { mode: choice8({ replace: 0, prepend: 1, append: 2 }) },
  body: {
    context: contextId,
    property: atom,
    type: atom,
    format: oneOf8(8, 16, 32),
    unused: pad(3),
    unitCount: count32('data'),
    data: units('unitCount', 'format'),
  },
  length: 'exactAfterValues',
  errors: ['BadLength', 'BadValue', 'BadAC', 'BadAtom', 'BadMatch', 'BadAlloc'],
});

export const DeleteProperty = request({
  opcode: 34,
  doc: 'Deletes a property; deleting what is not there is no error.',
  body: { context: contextId, property: atom },
  errors: ['BadLength', 'BadAC', 'BadAtom'],
});

export const GetProperty = request({
  opcode: 35,
  doc: 'Reads a part of a property, and deletes it if asked to and the part reaches its end. Offset and length count 4 bytes. A type of 0 fits any.',
  detail: { delete: card8 },
  body: {
    context: contextId,
    property: atom,
    type: atom,
    longOffset: card32,
    longLength: card32,
  },
  reply: reply({
    detail: { format: card8 },
    body: { type: atom, bytesAfter: card32, unitCount: count32('data') },
    extra: { data: units('unitCount', 'format') },
  }),
  errors: ['BadLength', 'BadAC', 'BadAtom', 'BadValue'],
});

export const ListProperties = request({
  opcode: 36,
  doc: "Lists the atoms of the device's properties, the newest first.",
  body: { context: contextId },
  reply: reply({
    body: { propertyCount: count16('properties') },
    extra: { properties: numbers<Atom>('propertyCount') },
  }),
  errors: ['BadLength', 'BadAC'],
});

export const InternAtom = request({
  opcode: 37,
  doc: 'Gives the atom of a name, and makes one if there is none, unless onlyIfExists.',
  detail: { onlyIfExists: boolean8 },
  body: { nameByteCount: count16('name'), unused: pad(2), name: text('nameByteCount') },
  reply: reply({ body: { atom } }),
  errors: ['BadLength', 'BadValue', 'BadAlloc'],
});

export const GetAtomName = request({
  opcode: 38,
  doc: 'Gives the name of an atom.',
  body: { atom },
  reply: reply({
    body: { nameByteCount: count16('name') },
    extra: { name: text('nameByteCount') },
  }),
  errors: ['BadLength', 'BadAtom'],
});
