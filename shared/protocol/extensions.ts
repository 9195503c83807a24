// The extensions. Each gets one opcode of its own from 128 up when a server starts; the detail byte
// says which of its requests is meant.
import {
  card8,
  card16,
  card32,
  card64,
  contextId,
  count8,
  count16,
  deviceTime,
  list,
  text,
  unpaddedText,
} from './fields.ts';
import type { AnyRequestEntry } from './message.ts';
import { reply, request } from './message.ts';

export interface ExtensionEntry {
  /** The name that QueryExtension asks for. */
  readonly name: string;
  readonly doc: string;
  /** False: it has one request, and the detail byte may be anything. */
  readonly usesMinorOpcodes: boolean;
  /** Their `opcode` is the minor one, in the detail byte. */
  readonly requests: Readonly<Record<string, AnyRequestEntry>>;
}

export const extensions = {
  aftime: {
    name: 'AFTime',
    doc: "The original's demonstration: tells the server's wall clock.",
    usesMinorOpcodes: false,
    requests: {
      AFTime: request({
        opcode: 0,
        doc: 'Tells the wall clock in milliseconds, modulo 2^32.',
        body: {},
        reply: reply({ body: { wallClockMs: card32 } }),
        errors: ['BadLength'],
      }),
    },
  },
  gateway: {
    name: 'GATEWAY',
    doc: 'What this server adds to the original. Its numbers are stable from version 1 on; later versions only add.',
    usesMinorOpcodes: true,
    requests: {
      QueryVersion: request({
        opcode: 0,
        doc: 'Tells the version of this extension.',
        body: {},
        reply: reply({ body: { version: card32 } }),
        errors: ['BadLength'],
      }),
      ListDeviceNames: request({
        opcode: 1,
        doc: 'Names the devices, in the order in which the set-up reply of this connection listed them. Text is UTF-8.',
        body: {},
        reply: reply({
          body: { deviceCount: count16('devices') },
          extra: {
            devices: list('deviceCount', {
              isRemoved: card8,
              nameByteCount: count8('name'),
              name: unpaddedText('nameByteCount'),
            }),
          },
        }),
        errors: ['BadLength'],
      }),
      GetDeviceTimes: request({
        opcode: 2,
        doc: "Tells the times of all devices at one instant, together with the server's monotonic clock.",
        body: {},
        reply: reply({
          body: { monotonicMicroseconds: card64, deviceCount: count16('devices') },
          extra: { devices: list('deviceCount', { time: deviceTime }) },
        }),
        errors: ['BadLength'],
      }),
      SetContextRate: request({
        opcode: 3,
        doc: "Gives a context a sample rate of its own. Its plays and records are then counted in samples of that rate, and so are the times that the server takes and gives for it; the server resamples. A rate of 0 asks only, the device's own rate ends it.",
        body: { context: contextId, rateHz: card32 },
        reply: reply({ body: { oldRateHz: card32, newRateHz: card32 } }),
        errors: ['BadLength', 'BadAC', 'BadValue', 'BadAlloc'],
      }),
      ListClients: request({
        opcode: 4,
        doc: 'Tells of every client what it did so far. Only for clients on the same machine.',
        body: {},
        reply: reply({
          body: { clientCount: count16('clients') },
          extra: {
            clients: list('clientCount', {
              resourceIdBase: card32,
              contextCount: card16,
              isBigEndian: card8,
              peerByteCount: count8('peer'),
              requestCount: card64,
              errorCount: card64,
              playedByteCount: card64,
              recordedByteCount: card64,
              latePlayCount: card64,
              peer: text('peerByteCount'),
            }),
          },
        }),
        errors: ['BadLength', 'BadAccess'],
      }),
    },
  },
} as const satisfies Record<string, ExtensionEntry>;
