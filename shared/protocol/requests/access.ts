// Who may connect: the host list, and the end of other clients.
import { bytes, card8, card32, choice8, count16, list, pad } from '../fields.ts';
import { reply, request } from '../message.ts';

/** The only address family that is built; DECnet was 1 and Chaos 2. */
export const INTERNET_FAMILY = 0;

export const KillClient = request({
  opcode: 14,
  doc: 'Disconnects the client that owns a resource id. The original never could.',
  body: { resource: card32 },
  length: 'unchecked',
  errors: ['BadLength', 'BadAccess', 'BadValue'],
});

export const SetAccessControl = request({
  opcode: 16,
  doc: 'Switches the host list on (1) or off (0). Only for clients on the same machine.',
  body: { mode: card32 },
  errors: ['BadLength', 'BadValue', 'BadAccess'],
});

export const ChangeHosts = request({
  opcode: 17,
  doc: 'Adds a host to the list or takes it out. Only for clients on the same machine.',
  detail: { mode: choice8({ insert: 0, delete: 1 }) },
  body: {
    family: card8,
    unused: pad(1),
    addressByteCount: count16('address'),
    address: bytes('addressByteCount'),
  },
  errors: ['BadLength', 'BadValue', 'BadAccess', 'BadAlloc'],
});

export const ListHosts = request({
  opcode: 18,
  doc: 'Lists the hosts that may connect, the newest first, and whether the list is in force.',
  body: {},
  reply: reply({
    detail: { enabled: card8 },
    body: { hostCount: count16('hosts') },
    extra: {
      hosts: list('hostCount', {
        family: card8,
        unused: pad(1),
        addressByteCount: count16('address'),
        address: bytes('addressByteCount'),
      }),
    },
  }),
  errors: ['BadLength'],
});
