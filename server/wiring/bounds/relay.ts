// Every number that a page can choose on its WebSocket /relay, and what holds it.

import { TELLINGS_PER_SECOND } from '#server/relay/paced-telling';
import {
  COSTLY_PER_SECOND,
  HELLO_MS,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_TEXTS,
  VANISHED_MS,
} from '#server/relay/page';
import { MAX_EXCESS_MS, MAX_FRAME_MS, MAX_GAP_MS } from '#server/relay/speaker';
import { MAX_WAITING_KEYS } from '#server/telephone/key-tones';
import { MAX_GAIN_DB } from '#shared/audio/gain';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '#shared/protocol/limits';
import { closeCodes } from '#shared/relay/close-codes';
import { MAX_CHANNELS, MAX_SYNC_LATENCY_MS } from '#shared/relay/control';
import { MAX_DEVICES, MAX_TEXT } from '#shared/relay/fields';
import { MAX_MESSAGE_BYTES, RELAY_VERSION } from '#shared/relay/frame';
import { MAX_NUMBER_DIGITS, MAX_TELEPHONES, telephoneFromPage } from '#shared/relay/telephone';
import { type Bound, bytes, duration, limited, plain } from './bound.ts';

const malformed = `the page is disconnected with ${closeCodes.malformed} and a reason`;
const telephoneMessages = Object.keys(telephoneFromPage);
const deviceMessages = [
  ...['listen', 'unlisten', 'speak', 'unspeak', 'change', 'report', 'frame'],
  ...telephoneMessages,
];

export const relayBounds = {
  pages: {
    what: 'Pages at a time',
    ...limited('pages', plain),
    past: `a page is disconnected with ${closeCodes.tooMany} and a reason`,
  },
  helloTime: {
    what: 'Time until a page says hello',
    bound: duration(HELLO_MS),
    past: malformed,
  },
  messageBytes: {
    what: 'Length of a message',
    bound: bytes(MAX_MESSAGE_BYTES),
    past: 'the WebSocket is closed with 1009',
  },
  messageRate: {
    what: 'Messages, pings and pongs of a page in a second',
    ...limited('pageMessagesPerSecond', plain),
    past: `the page is disconnected with ${closeCodes.tooMany} and a reason`,
  },
  json: {
    what: 'A control message',
    bound: 'JSON with a known type and fields that fit',
    past: malformed,
    fields: [
      ...['hello', 'listen', 'unlisten', 'speak', 'unspeak', 'ping', 'change', 'sync', 'report'],
      ...telephoneMessages,
    ].map((type) => `${type}.type`),
  },
  version: {
    what: 'Version of the relay, in `hello` and in frames',
    bound: plain(RELAY_VERSION),
    past: `the page is disconnected with ${closeCodes.version} and a reason`,
    fields: ['hello.version', 'frame.version'],
  },
  pageName: {
    what: 'Name of a page',
    bound: `${MAX_TEXT} characters`,
    past: malformed,
    fields: ['hello.pageName'],
  },
  deviceNumber: {
    what: 'Number of a device in a control message',
    bound: `0 to ${MAX_DEVICES}`,
    past: malformed,
    fields: deviceMessages.map((type) => `${type}.device`),
  },
  missingDevice: {
    what: 'The same, where no device has it',
    bound: 'a device that there is',
    past: 'the message is refused with a sentence; a frame or report is ignored',
  },
  frameLength: {
    what: 'Length of the frames that a page wants',
    bound: '10 or 20 ms',
    past: malformed,
    fields: ['listen.frameMs'],
  },
  listenerLag: {
    what: 'How far a page may be behind with reading',
    ...limited('listenerLagMs', duration),
    past: 'it loses frames, and the next one says so',
  },
  stalledListener: {
    what: 'How long it may stay behind',
    ...limited('stalledListenerMs', duration),
    past: `the page is disconnected with ${closeCodes.tooSlow} and a reason`,
  },
  unreadAnswers: {
    what: 'What a page may leave unread of all that it is sent',
    bound: `${bytes(MAX_QUEUED_BYTES)}, and ${plain(MAX_QUEUED_TEXTS)} control messages`,
    past: `the page is disconnected with ${closeCodes.tooSlow} and a reason`,
  },
  vanished: {
    what: 'How long a page may leave a ping unanswered',
    bound: duration(VANISHED_MS),
    past: `the page is disconnected with ${closeCodes.vanished}`,
  },
  speakers: {
    what: 'Devices on which one page speaks at a time',
    ...limited('speakersPerPage', plain),
    past: 'the message is refused with a sentence',
  },
  speakersOpened: {
    what: 'Microphones and calls that a page opens in a second',
    bound: plain(COSTLY_PER_SECOND),
    past: `the page is disconnected with ${closeCodes.tooMany} and a reason`,
  },
  speakerFormat: {
    what: 'Rate and channels of a microphone',
    bound: `${plain(MIN_RATE_HZ)} to ${plain(MAX_RATE_HZ)} Hz, 1 to ${MAX_CHANNELS} channels`,
    past: malformed,
    fields: ['speak.rateHz', 'speak.channelCount'],
  },
  frame: {
    what: 'A frame: its kind, encoding, and samples for its count',
    bound: 'what the microphone announced, in LIN16',
    past: malformed,
    fields: ['frame.kind', 'frame.encoding', 'frame.channelCount'],
  },
  frameFrames: {
    what: 'Sound in one frame',
    bound: duration(MAX_FRAME_MS),
    past: malformed,
    fields: ['frame.frameCount'],
  },
  frameGap: {
    what: 'How far a frame may lie from the one before',
    bound: `${duration(MAX_GAP_MS)} later`,
    past: 'the sound begins anew, a little ahead of the device’s time',
    fields: ['frame.startTime'],
  },
  spokenAhead: {
    what: 'How much sooner than needed sound may come',
    bound: duration(MAX_EXCESS_MS),
    past: 'sound is left out until it is level again',
  },
  gain: {
    what: 'Gains in a message, whatever the device',
    bound: `-${MAX_GAIN_DB} to ${MAX_GAIN_DB} dB`,
    past: malformed,
    fields: ['change.inputGainDb', 'change.outputGainDb'],
  },
  deviceSettings: {
    what: 'Gains and masks of a device',
    bound: 'what the device has',
    past: 'the message is refused with a sentence, and nothing of it is done',
    fields: ['change.inputMask', 'change.outputMask', 'change.passThroughMask'],
  },
  tellings: {
    what: 'How often all pages are told of settings and latencies, whoever changes them',
    bound: `${TELLINGS_PER_SECOND} times a second`,
    past: 'changes are told together, 50 ms later',
  },
  telephoneNumber: {
    what: 'Number of a telephone',
    bound: `${MAX_NUMBER_DIGITS} digits`,
    past: malformed,
    fields: ['telephone.number'],
  },
  telephones: {
    what: 'Telephones of one line',
    bound: plain(MAX_TELEPHONES),
    past: 'the message is refused with a sentence',
  },
  telephoneLine: {
    what: 'Calls on a device',
    bound: 'one that has a line, and is free',
    past: 'the message is refused with a sentence',
  },
  key: {
    what: 'Key of a telephone',
    bound: 'the 16 that there are',
    past: malformed,
    fields: ['key.digit'],
  },
  waitingKeys: {
    what: 'Keys that were pressed faster than they can sound',
    bound: plain(MAX_WAITING_KEYS),
    past: 'more are left out',
  },
  syncLatency: {
    what: 'Latency that a page needs to play together',
    bound: `0 to ${duration(MAX_SYNC_LATENCY_MS)}`,
    past: malformed,
    fields: ['sync.latencyMs'],
  },
} as const satisfies Record<string, Bound>;

/** Fields of which every value is as good as another: they are only repeated, or shown. */
export const freeRelayFields: readonly string[] = [
  'ping.id',
  'ping.pageMs',
  'change.isGainControlOn',
  'report.bufferedMs',
  'report.latencyMs',
  'report.underrunCount',
  'report.droppedFrameCount',
  'report.driftPpm',
  'key.isDown',
  'frame.flags',
  'frame.sequence',
  'frame.senderMicroseconds',
];
