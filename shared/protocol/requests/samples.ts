// Play, record and time: what the protocol is for.
import { bit, bytes, card16, card32, contextId, count32, deviceTime } from '../fields.ts';
import { reply, request } from '../message.ts';

const timeReply = reply({ body: { time: deviceTime } });

export const PlaySamples = request({
  opcode: 7,
  doc: 'Plays samples at a device time; waits while they do not fit into the play buffer, and drops what is past. With noTimeReply there is no reply at all.',
  detail: { bigEndianSamples: bit(1), noTimeReply: bit(4) },
  body: {
    context: contextId,
    startTime: deviceTime,
    byteCount: count32('samples'),
    channelCount: card16,
    encoding: card16,
    samples: bytes('byteCount'),
  },
  length: 'atLeast',
  reply: timeReply,
  errors: ['BadLength', 'BadAC', 'BadMatch', 'BadImplementation'],
});

export const RecordSamples = request({
  opcode: 8,
  doc: 'Records samples from a device time on. With block it waits until all of them exist; otherwise it gives what there is, and the time in the reply is where the next request should start.',
  detail: { bigEndianSamples: bit(1), block: bit(2) },
  body: {
    context: contextId,
    startTime: deviceTime,
    byteCount: card32,
    channelCount: card16,
    encoding: card16,
  },
  length: 'atLeast',
  reply: reply({
    body: { time: deviceTime, byteCount: count32('samples') },
    extra: { samples: bytes('byteCount') },
  }),
  errors: ['BadLength', 'BadAC', 'BadMatch', 'BadImplementation'],
});

export const GetTime = request({
  opcode: 9,
  doc: "Tells the device's time now.",
  body: { context: contextId },
  length: 'unchecked',
  reply: timeReply,
  errors: ['BadLength', 'BadAC', 'BadDevice'],
});
