// What an AudioFile connection can choose: when it comes, how it begins, how much it asks for, what it leaves unread.
import { MAX_CLIENT_INDEX } from '#server/dispatch/server';
import { CONGESTED_BYTES, REQUESTS_PER_TURN, TURN_MS } from '#server/dispatch/session';
import { FINISHED_PAUSE_MS, FLUSH_LIMIT_MS, QUEUE_MARK_BYTES } from '#server/transport/connection';
import { KEEP_ALIVE_MS } from '#server/transport/listen';
import { MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '#shared/protocol/setup';
import { MAX_AUTHORIZATION_BYTES } from '#shared/wire/request-reader';
import { MAX_STREAM_MESSAGE_BYTES } from '../web-doors.ts';
import { type Bound, bytes, duration, limited, plain } from './bound.ts';

export const connectionBounds = {
  connections: {
    what: 'Connections of all doors together',
    ...limited('connections', plain),
    past: 'a connection is closed at once; the log tells how many, every 10 s at most',
  },
  connectionsPerAddress: {
    what: 'Connections of one address of another machine, of all doors together; IPv6 networks (/64) count as one, trusted proxies not at all',
    ...limited('connectionsPerAddress', plain),
    past: 'a connection is closed at once; the log tells the address',
  },
  setupRate: {
    what: 'Connections of one address in a second; twice as many at once, and IPv6 networks (/64) count as one',
    ...limited('setupsPerSecond', plain),
    past: 'a set-up is refused, and the log tells the address',
  },
  failedCookies: {
    what: 'Wrong cookies of one address in a minute',
    ...limited('failedCookiesPerMinute', plain),
    past: 'no cookie of it is looked at for a while, and the log tells the address',
  },
  trackedAddresses: {
    what: 'Addresses whose rates are remembered',
    ...limited('trackedAddresses', plain),
    past: 'the one that was quiet for longest is forgotten',
  },
  setupTime: {
    what: 'Time that a set-up may take to arrive, however slowly its bytes come',
    ...limited('setupTimeoutMs', duration),
    past: 'the connection is closed',
  },
  setupMark: {
    what: 'First byte of a connection',
    bound: '`l` or `B`',
    past: 'the connection is closed without an answer',
    fields: ['setup.byteOrder'],
  },
  setupVersion: {
    what: 'Version of the protocol',
    bound: `${PROTOCOL_MAJOR}.${PROTOCOL_MINOR}`,
    past: 'the set-up is refused with a reason, and the connection is closed',
    fields: ['setup.majorVersion', 'setup.minorVersion'],
  },
  authorization: {
    what: 'Name and data of a set-up’s authorization together',
    bound: bytes(MAX_AUTHORIZATION_BYTES),
    past: 'the set-up is refused as soon as its length is known, and the connection is closed',
    fields: ['setup.authorizationName', 'setup.authorizationData'],
  },
  clients: {
    what: 'Clients at a time',
    ...limited('clients', plain),
    past: 'a set-up is refused with “Maximum number of clients reached”',
  },
  clientIndex: {
    what: 'Clients at a time, whatever the setting: resource ids have 12 bits for them',
    bound: plain(MAX_CLIENT_INDEX),
    past: 'a set-up is refused with “Maximum number of clients reached”',
  },
  requestBytes: {
    what: 'Length of a request',
    bound: bytes(MAX_REQUEST_BYTES),
    past: 'BadLength; the bytes are thrown away as they come, and the next request is taken',
  },
  requestLength: {
    what: 'Length of a request against what its fields say',
    bound: 'the same',
    past: 'BadLength; the length in the header is what is consumed',
    fields: [
      'PlaySamples.samples',
      'ChangeProperty.data',
      'InternAtom.name',
      'QueryExtension.name',
      'CreateAC.values',
      'ChangeACAttributes.values',
    ],
  },
  opcode: {
    what: 'Opcode, and minor opcode of an extension',
    bound: 'those of [the tables](protocol.md)',
    past: 'BadRequest',
  },
  requestsPerTurn: {
    what: 'Requests of one client before others have their turn',
    bound: `${REQUESTS_PER_TURN}, or ${duration(TURN_MS)} of them`,
    past: 'the rest waits for the next turn of the event loop',
  },
  heldInput: {
    what: 'Bytes of a client that are held while its request waits for its time',
    bound: `about ${bytes(QUEUE_MARK_BYTES)}`,
    past: 'nothing more is read: they stay in the kernel, and the client has to wait',
  },
  finishedPause: {
    what: 'Time for which a request of a client may wait that has finished sending',
    bound: duration(FINISHED_PAUSE_MS),
    past: 'the connection is closed',
  },
  vanishedClient: {
    what: 'Silence after which the kernel asks whether a client’s machine is still there',
    bound: duration(KEEP_ALIVE_MS),
    past: 'the kernel probes, and ends the connection when nobody answers',
  },
  congestion: {
    what: 'Answers that a client leaves unread while it asks for more',
    bound: bytes(CONGESTED_BYTES),
    past: 'no more of its requests are taken until it has read',
  },
  stalledOutput: {
    what: 'Time for which it may leave them unread',
    ...limited('stalledOutputMs', duration),
    past: 'the client is disconnected, and the log tells why',
  },
  queuedBytes: {
    what: 'Answers and events that wait for a client in all',
    ...limited('queuedBytesPerClient', bytes),
    past: 'the client is disconnected, and the log tells why',
  },
  unreadEnd: {
    what: 'Time that a client may take to read the last answers of a connection that ends',
    bound: duration(FLUSH_LIMIT_MS),
    past: 'the connection is cut',
  },
  streamMessage: {
    what: 'Length of a WebSocket message on `/audiofile`',
    bound: bytes(MAX_STREAM_MESSAGE_BYTES),
    past: 'the WebSocket is closed with 1009',
  },
  streamText: {
    what: 'Kind of a WebSocket message on `/audiofile`',
    bound: 'binary',
    past: 'the WebSocket is closed with 1003',
  },
} as const satisfies Record<string, Bound>;
