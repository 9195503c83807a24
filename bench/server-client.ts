// A client that costs its own process as little as possible: raw sockets, requests that were built
// before, answers that are only counted and looked at for errors.
import { connect, type Socket } from 'node:net';
import type { ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { PACKET_BYTES } from '#shared/protocol/limits';
import type { RequestName, RequestOf } from '#shared/protocol/requests/index';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { requestCodecs } from '#shared/wire/request-codec';
import { Writer } from '#shared/wire/writer';
import type { Address } from './server-process.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** As much of an answer as anybody here looks at. */
const HEAD_BYTES = 12;
const SETUP_PREFIX_BYTES = 8;
const SET_UP = encoded((writer) =>
  encodeSetupRequest(writer, {
    majorVersion: 3,
    minorVersion: 0,
    authorizationName: '',
    authorizationData: new Uint8Array(0),
  }),
);
const START_TIME_AT = 8;

/** Every socket reads into it; what it holds is used up before the next one reads. */
const readBuffer = new Uint8Array(256 * 1024);

export class LoadClient {
  readonly socket: Socket;
  /** How long the next answers are, all of them. */
  answerByteCount = PACKET_BYTES;
  /** Is called once for each answer, with its first bytes. */
  onAnswer: (head: DataView) => void = () => {};
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #view = new DataView(this.#head.buffer);
  #arrivedByteCount = 0;

  constructor(address: Address) {
    this.socket = connect({
      ...address,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (byteCount: number) => {
          this.#take(byteCount);
          return true;
        },
      },
    });
    this.socket.on('error', (error) => {
      throw error;
    });
  }

  send(bytes: Bytes): void {
    this.socket.write(bytes);
  }

  /** Resolves with the head of the next answer. */
  ask(bytes: Bytes, answerByteCount = PACKET_BYTES): Promise<DataView> {
    this.answerByteCount = answerByteCount;
    return new Promise((resolve) => {
      this.onAnswer = resolve;
      this.send(bytes);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(byteCount: number): void {
    for (let at = 0; at < byteCount; ) {
      const count = Math.min(this.answerByteCount - this.#arrivedByteCount, byteCount - at);
      const headCount = Math.min(count, HEAD_BYTES - this.#arrivedByteCount);
      for (let i = 0; i < headCount; i += 1) {
        this.#head[this.#arrivedByteCount + i] = readBuffer[at + i] as number;
      }
      this.#arrivedByteCount += count;
      at += count;
      if (this.#arrivedByteCount < this.answerByteCount) return;
      this.#arrivedByteCount = 0;
      this.onAnswer(this.#view);
    }
  }
}

/** A client whose set-up is done, with one context on a device of the default set. */
export interface PlayingClient {
  readonly load: LoadClient;
  readonly context: ContextId;
}

/** Of the default devices. */
export const devices = { codec: 1 as DeviceIndex, hifi: 2 as DeviceIndex };

/** Resolves with the first of the client's resource ids. */
export function setUp(load: LoadClient): Promise<number> {
  return new Promise((resolve, reject) => {
    load.answerByteCount = SETUP_PREFIX_BYTES;
    load.onAnswer = (prefix) => {
      if (prefix.getUint8(0) !== 1) reject(new Error('The gateway refused a client.'));
      load.answerByteCount = 4 * prefix.getUint16(6, true);
      load.onAnswer = (head) => {
        load.answerByteCount = PACKET_BYTES;
        resolve(head.getUint32(4, true));
      };
    };
    load.send(SET_UP);
  });
}

export async function openClient(
  address: Address,
  device: DeviceIndex,
  isPreemptive = false,
): Promise<PlayingClient> {
  const load = new LoadClient(address);
  const context = (await setUp(load)) as ContextId;
  const preemption = 1 << 4;
  load.send(
    isPreemptive
      ? request('CreateAC', { context, device, mask: preemption, values: [1] })
      : request('CreateAC', { context, device, mask: 0, values: [] }),
  );
  await timeOf({ load, context });
  return { load, context };
}

/** A connection to the floor, which answers messages of one size with answers of another. */
export function openFloor(
  address: Address,
  messageBytes: number,
  answerBytes = PACKET_BYTES,
): LoadClient {
  const load = new LoadClient(address);
  load.send(new Uint8Array(Uint32Array.of(messageBytes, answerBytes).buffer));
  load.answerByteCount = answerBytes;
  return load;
}

export async function timeOf({ load, context }: PlayingClient): Promise<number> {
  const head = await load.ask(request('GetTime', { context }));
  return answeredTime(head);
}

/** The time in an answer; throws where it is an error. */
export function answeredTime(head: DataView): number {
  if (head.getUint8(0) !== 1) throw new Error(`The gateway answered error ${head.getUint8(1)}.`);
  return head.getUint32(8, true);
}

export function request<N extends RequestName>(name: N, value: RequestOf<N>): Bytes {
  const codec = requestCodecs[name];
  return encoded((writer) => codec.encode(writer, value));
}

/** Puts another start time into a play or record that starts there in `bytes`. */
export function setStartTime(bytes: Bytes, requestStart: number, time: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(requestStart + START_TIME_AT, time, true);
}

/** What is played in all measurements: a stretch of noise that is the same in each of them. */
export function samplesOf(byteCount: number): Bytes {
  let seed = 1;
  return Uint8Array.from({ length: byteCount }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 24;
  });
}

export const anyTime = 0 as DeviceTime;

function encoded(write: (writer: Writer) => void): Bytes {
  const writer = new Writer(true);
  write(writer);
  return writer.take() ?? new Uint8Array(0);
}
