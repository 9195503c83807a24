// Requests about the connection itself, and the way to extensions.
import { card8, count8, count16, list, pad, text, unpaddedText } from '../fields.ts';
import { reply, request } from '../message.ts';

export const QueryExtension = request({
  opcode: 12,
  doc: 'Asks for an extension by name, and where its opcode, events and errors begin.',
  body: { nameByteCount: count16('name'), unused: pad(2), name: text('nameByteCount') },
  reply: reply({ body: { present: card8, opcode: card8, firstEvent: card8, firstError: card8 } }),
  errors: ['BadLength'],
});

export const ListExtensions = request({
  opcode: 13,
  doc: 'Lists the names of the extensions.',
  body: {},
  reply: reply({
    detail: { extensionCount: count8('extensions') },
    extra: {
      extensions: list('extensionCount', {
        nameByteCount: count8('name'),
        name: unpaddedText('nameByteCount'),
      }),
    },
  }),
  errors: ['BadLength'],
});

export const SyncConnection = request({
  opcode: 27,
  doc: 'Is answered when all requests before it are done.',
  body: {},
  length: 'unchecked',
  reply: reply({}),
  errors: [],
});

export const NoOperation = request({
  opcode: 127,
  doc: 'Does nothing, at any length.',
  body: {},
  length: 'atLeast',
  errors: ['BadLength'],
});
