// Clients over real sockets: the client library, and plain sockets that send what a test spells out.
import { connect, type Socket } from 'node:net';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import { nodeStream } from '#server/transport/node-stream';
import { type Connection, type ConnectOptions, connectAudioFile } from '#shared/client/index';

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
export class Inbox {
  bytes = Buffer.alloc(0);
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
