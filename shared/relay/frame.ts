// Sound between gateway and page: one binary WebSocket message is one frame, a fixed header and samples.
// Numbers are little-endian. A frame whose version is not ours is refused before anything else is read.
import { type EncodingName, encodingNamed, encodings } from '#shared/protocol/encodings';
import {
  card8,
  card16,
  card32,
  card64,
  choice8,
  deviceTime,
  type Layout,
  type ValueOf,
} from '#shared/protocol/fields';
import type { DeviceTime } from '#shared/protocol/ids';
import { Cursor } from '#shared/wire/cursor';
import { compileLayout } from '#shared/wire/layout-codec';
import { Writer } from '#shared/wire/writer';
import { RelayError } from './relay-error.ts';

/** Frames and control messages change together; both sides say which version they speak. */
export const RELAY_VERSION = 1;

/** The longest message of either kind; what a page or gateway sends beyond it closes the connection. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export const frameHeader = {
  version: card8,
  /** `played` goes to pages, `heard` comes from their microphones. */
  kind: choice8({ played: 0, heard: 1 }),
  flags: card8,
  /** The number under which the gateway's `devices` message lists the device. */
  device: card8,
  encoding: card8,
  channelCount: card8,
  frameCount: card16,
  sequence: card32,
  /** Device time of the first frame; of `heard` sound, frames since the microphone was opened. */
  startTime: deviceTime,
  /** The sender's monotonic clock when the message left. */
  senderMicroseconds: card64,
} as const satisfies Layout;

type HeaderField = keyof typeof frameHeader;

const blankHeader: ValueOf<typeof frameHeader> = {
  ...{ version: RELAY_VERSION, kind: 'played', flags: 0, device: 0 },
  ...{ encoding: 0, channelCount: 0, frameCount: 0 },
  ...{ sequence: 0, startTime: 0 as DeviceTime, senderMicroseconds: 0 },
};

/** Where a field stands in a frame: behind all that the table has before it. */
function offsetOf(field: HeaderField): number {
  const fields = Object.entries(frameHeader);
  const before = fields.slice(
    0,
    fields.findIndex(([name]) => name === field),
  );
  return byteCountOf(Object.fromEntries(before));
}

function byteCountOf(layout: Layout): number {
  const writer = new Writer(true);
  compileLayout([{ layout, offset: 0 }]).encode(writer, blankHeader);
  return writer.take()?.length ?? 0;
}

export const FRAME_HEADER_BYTES = byteCountOf(frameHeader);

/** Of what differs from frame to frame: frames that are alike otherwise need not be built twice. */
export const frameOffsets = {
  flags: offsetOf('flags'),
  sequence: offsetOf('sequence'),
  startTime: offsetOf('startTime'),
  senderMicroseconds: offsetOf('senderMicroseconds'),
} as const;

/** Bits of `flags`. */
export const frameFlags = {
  /** What comes before it was lost or was silence: nothing connects to the first sample. */
  discontinuity: 1,
  /** Silence follows; nothing more is sent until there is sound again. */
  endOfSound: 2,
} as const;

export type FrameHeader = Omit<ValueOf<typeof frameHeader>, 'version' | 'encoding'> & {
  readonly encoding: EncodingName;
};

export interface Frame {
  readonly header: FrameHeader;
  /** A view into the message. */
  readonly samples: Uint8Array;
}

const codec = compileLayout<ValueOf<typeof frameHeader>>([{ layout: frameHeader, offset: 0 }]);

/** The message that carries `samples`; a copy, which may be handed to many sockets. */
export function encodeFrame(header: FrameHeader, samples: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new Writer(true);
  const encoding = encodings[header.encoding].id;
  codec.encode(writer, { ...header, version: RELAY_VERSION, encoding });
  writer.append(samples);
  return writer.take() ?? new Uint8Array(0);
}

/** Throws RelayError, and nothing else, where the message is no frame of this version. */
export function decodeFrame(message: Uint8Array<ArrayBuffer>): Frame {
  if (message.length < FRAME_HEADER_BYTES)
    throw RelayError.malformed('it is shorter than a header');
  if (message.length > MAX_MESSAGE_BYTES) throw RelayError.malformed('it is too long');
  const version = message[0] ?? 0;
  if (version !== RELAY_VERSION) throw RelayError.version(version);
  const { encoding: encodingId, ...header } = decodeHeader(message);
  const encoding = encodingNamed(encodingId);
  if (encoding === undefined) throw RelayError.malformed(`there is no encoding ${encodingId}`);
  const { bytesPerUnit, samplesPerUnit } = encodings[encoding];
  const samples = message.subarray(FRAME_HEADER_BYTES);
  const unitCount = header.frameCount / samplesPerUnit;
  if (samples.length !== unitCount * bytesPerUnit * header.channelCount) {
    throw RelayError.malformed('its samples do not fill it');
  }
  return { header: { ...header, encoding }, samples };
}

function decodeHeader(message: Uint8Array<ArrayBuffer>): ValueOf<typeof frameHeader> {
  const cursor = new Cursor();
  cursor.attach(message);
  cursor.end = FRAME_HEADER_BYTES;
  try {
    return codec.decode(cursor, 0);
  } catch {
    throw RelayError.malformed('its header has a number that means nothing');
  }
}
