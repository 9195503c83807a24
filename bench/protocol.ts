// What reading and writing each message costs, beside PlaySamples by hand.
import { type EventName, events } from '#shared/protocol/events';
import {
  type AnsweredRequestName,
  type RequestName,
  requests,
} from '#shared/protocol/requests/index';
import {
  decodeError,
  decodeEvent,
  encodeError,
  encodeEvent,
  encodeSetupAccepted,
  encodeSetupRequest,
} from '#shared/wire/packet-codec';
import { type Packet, PacketReader } from '#shared/wire/packet-reader';
import { type RequestCodec, requestCodecs } from '#shared/wire/request-codec';
import { RequestReader } from '#shared/wire/request-reader';
import { Writer } from '#shared/wire/writer';
import { type Comparison, compare, type Work, warmUp } from './measure.ts';
import { readPlaySamples, writePlaySamples } from './play-samples-floor.ts';
import {
  errorValue,
  eventValues,
  replyValues,
  requestValues,
  setupAcceptedValue,
  setupRequestValue,
} from './protocol-values.ts';
import type { Figure, Section } from './section.ts';
import { rate, ratio } from './words.ts';

/** Messages that arrive in one chunk, and that leave in one write. */
const BATCH = 50;
const LITTLE_ENDIAN = true;
const SEQUENCE = 1_234;

type Bytes = Uint8Array<ArrayBuffer>;

/** A message as it is measured: written once, and read a batch at a time from a stream. */
interface Subject {
  readonly name: string;
  readonly write: (writer: Writer) => void;
  /** Reads what was written a batch of times. Gives a number that depends on all of it. */
  readonly read: (stream: Bytes) => number;
  readonly batch: number;
}

const names = Object.keys(requests) as RequestName[];
const isAnswered = (name: RequestName): name is AnsweredRequestName => name in replyValues;

function requestSubject(name: RequestName): Subject {
  const codec = requestCodecs[name] as RequestCodec<unknown, unknown>;
  const reader = new RequestReader();
  reader.push(written(1, (writer) => encodeSetupRequest(writer, setupRequestValue)));
  reader.nextSetup();
  reader.next();
  return {
    name,
    batch: BATCH,
    write: (writer) => codec.encode(writer, requestValues[name]),
    read: (stream) => {
      let count = 0;
      reader.push(stream);
      for (let frame = reader.next(); frame; frame = reader.next()) {
        count += codec.decode(frame) ? 1 : 0;
      }
      return count;
    },
  };
}

function packetSubject(
  name: string,
  write: (writer: Writer) => void,
  decode: (packet: Packet) => unknown,
): Subject {
  const reader = new PacketReader(LITTLE_ENDIAN);
  const read = (stream: Bytes): number => {
    let count = 0;
    reader.push(stream);
    for (let packet = reader.next(); packet; packet = reader.next()) {
      count += decode(packet) ? 1 : 0;
    }
    return count;
  };
  return { name, batch: BATCH, write, read };
}

function replySubject(name: AnsweredRequestName): Subject {
  const codec = requestCodecs[name] as RequestCodec<unknown, unknown>;
  return packetSubject(
    `${name} reply`,
    (writer) => codec.encodeReply(writer, SEQUENCE, replyValues[name]),
    ({ cursor, start }) => codec.decodeReply(cursor, start),
  );
}

function eventSubject(name: EventName): Subject {
  return packetSubject(
    `${name} event`,
    (writer) => encodeEvent(writer, SEQUENCE, eventValues[name]),
    ({ cursor, start }) => decodeEvent(cursor, start),
  );
}

const subjects: readonly Subject[] = [
  {
    name: 'set-up request',
    batch: 1,
    write: (writer) => encodeSetupRequest(writer, setupRequestValue),
    read: (stream) => {
      const reader = new RequestReader();
      reader.push(stream);
      return reader.nextSetup().kind.length;
    },
  },
  {
    name: 'set-up accepted (5 devices)',
    batch: 1,
    write: (writer) => encodeSetupAccepted(writer, setupAcceptedValue),
    read: (stream) => {
      const reader = new PacketReader(LITTLE_ENDIAN);
      reader.push(stream);
      return reader.nextSetup().kind.length;
    },
  },
  ...names.map(requestSubject),
  ...names.filter(isAnswered).map(replySubject),
  ...(Object.keys(events) as EventName[]).map(eventSubject),
  packetSubject(
    'any error',
    (writer) => encodeError(writer, SEQUENCE, errorValue),
    ({ cursor, start }) => decodeError(cursor, start),
  ),
];

function written(count: number, write: (writer: Writer) => void): Bytes {
  const writer = new Writer(LITTLE_ENDIAN);
  for (let done = 0; done < count; done += 1) write(writer);
  return writer.take() ?? new Uint8Array(0);
}

function readWork({ batch, write, read }: Subject): Work {
  const stream = written(batch, write);
  return { batch, doBatch: () => read(stream) };
}

function writeWork({ batch, write }: Subject): Work {
  const writer = new Writer(LITTLE_ENDIAN);
  const doBatch = (): number => {
    for (let done = 0; done < batch; done += 1) write(writer);
    return writer.take()?.length ?? 0;
  };
  return { batch, doBatch };
}

const playValue = requestValues.PlaySamples;

function floorRead(): Work {
  const stream = written(BATCH, (writer) => requestCodecs.PlaySamples.encode(writer, playValue));
  return { batch: BATCH, doBatch: () => readPlaySamples(stream, LITTLE_ENDIAN) };
}

const floorWrite: Work = {
  batch: BATCH,
  doBatch: () => writePlaySamples(playValue, BATCH, LITTLE_ENDIAN),
};

interface Measured {
  readonly name: string;
  readonly byteCount: number;
  readonly read: Comparison;
  readonly write: Comparison;
}

function measure(name: string, byteCount: number, reading: Work, writing: Work): Measured {
  return {
    name,
    byteCount,
    read: compare(reading, floorRead()),
    write: compare(writing, floorWrite),
  };
}

function rowOf({ name, byteCount, read, write }: Measured): string[] {
  return [
    name,
    String(byteCount),
    rate(read.perSecond.median),
    ratio(read.timesFloor),
    rate(write.perSecond.median),
    ratio(write.timesFloor),
  ];
}

function figuresOf({ name, read, write }: Measured): Figure[] {
  return [
    { name: `${name}, read`, ratio: read.bestTimesFloor },
    { name: `${name}, written`, ratio: write.bestTimesFloor },
  ];
}

export function protocol(): Section {
  // Nothing may profit from being the only message that the engine has seen.
  for (const subject of subjects) warmUp([readWork(subject), writeWork(subject)]);
  const floorBytes = written(1, (writer) => requestCodecs.PlaySamples.encode(writer, playValue));
  const floor = measure('floor: PlaySamples by hand', floorBytes.length, floorRead(), floorWrite);
  const measured = subjects.map((subject) =>
    measure(subject.name, written(1, subject.write).length, readWork(subject), writeWork(subject)),
  );
  return {
    title: 'protocol: messages read and written',
    columns: [
      'message',
      'bytes',
      'read a second',
      'times floor',
      'written a second',
      'times floor',
    ],
    rows: [floor, ...measured].map(rowOf),
    figures: measured.flatMap(figuresOf),
    notes: [
      `Reading takes bytes apart into messages and decodes them, from chunks of ${BATCH} messages; writing encodes into a writer that is emptied every ${BATCH} messages. The floor is PlaySamples (${playValue.samples.length} bytes of samples) read and written by hand with a DataView, without any check. PlaySamples is the one message whose decoder is written by hand in the gateway as well; the others follow from the tables. The set-up is read by a new reader each time, as a connection does.`,
    ],
  };
}
