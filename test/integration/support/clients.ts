// Clients over real sockets: the client library, and plain sockets that send what a test spells out.
import { connect, type Socket } from 'node:net';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import { nodeStream } from '#server/transport/node-stream';
import { type Connection, type ConnectOptions, connectAudioFile } from '#shared/client/index';
import { writeAttributes } from '#shared/protocol/attributes';
import { encodings } from '#shared/protocol/encodings';
import { type EventName, eventMask } from '#shared/protocol/events';
import type { ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { requestCodecs } from '#shared/wire/request-codec';
import { type Bytes, plainSetup, written } from '#test/support/streams';

export type Door = 'TCP' | 'UNIX';

export interface DoorOptions {
  readonly door?: Door;
  /** The address from which a TCP client comes. */
  readonly localAddress?: string;
  /** False leaves whatever arrives in the kernel. */
  readonly isReading?: boolean;
}

/** A socket that stays open in its direction when the server closes the other. */
export function openSocket(serverNumber: number, options: DoorOptions = {}): Promise<Socket> {
  const { door = 'TCP', localAddress, isReading = true } = options;
  return new Promise((resolve, reject) => {
    const common = { allowHalfOpen: true, noDelay: true };
    const socket =
      door === 'UNIX'
        ? connect({ ...common, path: unixSocketPath(String(serverNumber)) })
        : connect({
            ...common,
            host: '127.0.0.1',
            port: tcpPort(serverNumber),
            ...(localAddress !== undefined && { localAddress }),
          });
    if (!isReading) socket.pause();
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** The client library over a socket of its own. */
export async function openClient(
  serverNumber: number,
  { door, localAddress, ...options }: DoorOptions & ConnectOptions = {},
): Promise<Connection> {
  const socket = await openSocket(serverNumber, {
    ...(door && { door }),
    ...(localAddress !== undefined && { localAddress }),
  });
  socket.allowHalfOpen = false;
  return connectAudioFile(nodeStream(socket), options);
}

/** Everything that arrives until the server ends its side. */
export async function untilEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Collects what arrives, and tells when it is that much. */
class Inbox {
  bytes: Buffer = Buffer.alloc(0);
  #wanted = 0;
  #tell: () => void = () => {};

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      if (this.bytes.length >= this.#wanted) this.#tell();
    });
  }

  async atLeast(byteCount: number): Promise<Buffer> {
    if (this.bytes.length < byteCount) {
      await new Promise<void>((resolve) => {
        this.#wanted = byteCount;
        this.#tell = resolve;
      });
    }
    return this.bytes;
  }
}

export function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
  });
}

/** A set-up that was accepted, without the client library. */
export interface RawClient {
  readonly socket: Socket;
  readonly inbox: Inbox;
  readonly resourceIdBase: number;
}

const RESOURCE_ID_BASE_AT = 12;
const ADDITIONAL_UNITS_AT = 6;
const PREFIX_BYTES = 8;

export async function openRawClient(
  serverNumber: number,
  options: DoorOptions = {},
): Promise<RawClient> {
  const socket = await openSocket(serverNumber, options);
  const inbox = new Inbox(socket);
  socket.write(plainSetup('little'));
  const prefix = await inbox.atLeast(PREFIX_BYTES);
  if (prefix[0] !== 1) throw new Error('the set-up was refused');
  const byteCount = PREFIX_BYTES + 4 * prefix.readUInt16LE(ADDITIONAL_UNITS_AT);
  const accepted = await inbox.atLeast(byteCount);
  const resourceIdBase = accepted.readUInt32LE(RESOURCE_ID_BASE_AT);
  inbox.bytes = accepted.subarray(byteCount);
  return { socket, inbox, resourceIdBase };
}

/** Requests of a little-endian client, one after the other in one piece. */
export const requestBytes = {
  createContext: (context: number, device: number): Bytes =>
    written('little', (writer) =>
      requestCodecs.CreateAC.encode(writer, {
        context: context as ContextId,
        device: device as DeviceIndex,
        ...writeAttributes({}),
      }),
    ),
  selectEvents: (context: number, ...names: EventName[]): Bytes =>
    written('little', (writer) =>
      requestCodecs.SelectEvents.encode(writer, {
        context: context as ContextId,
        mask: eventMask(...names),
      }),
    ),
  getTime: (context: number): Bytes =>
    written('little', (writer) =>
      requestCodecs.GetTime.encode(writer, { context: context as ContextId }),
    ),
  /** Mu-law, on a mono device. */
  play: (context: number, startTime: number, byteCount: number): Bytes =>
    written('little', (writer) =>
      requestCodecs.PlaySamples.encode(writer, {
        bigEndianSamples: false,
        noTimeReply: false,
        context: context as ContextId,
        startTime: startTime as DeviceTime,
        channelCount: 1,
        encoding: encodings.MU255.id,
        samples: new Uint8Array(byteCount),
      }),
    ),
  /** Mu-law, on a mono device; waits. */
  record: (context: number, startTime: number, byteCount: number): Bytes =>
    written('little', (writer) =>
      requestCodecs.RecordSamples.encode(writer, {
        bigEndianSamples: false,
        block: true,
        context: context as ContextId,
        startTime: startTime as DeviceTime,
        byteCount,
        channelCount: 1,
        encoding: encodings.MU255.id,
      }),
    ),
};
