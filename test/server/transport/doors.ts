// Real doors and their peers, for tests of what goes through them; all are closed when the test has finished.
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { TransportConnection } from '#server/transport/connection';
import { type Listener, listenTcp, listenUnix } from '#server/transport/listen';
import { newFolder } from '#test/support/new-folder';

/** What happened to one accepted connection, in order. */
class Seen {
  readonly events: string[] = [];
  readonly connection: TransportConnection;
  byteCount = 0;
  onBytes: (text: string) => void = () => {};
  readonly closed: Promise<void>;

  constructor(connection: TransportConnection) {
    this.connection = connection;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  #onClosed: () => void = () => {};

  start(): this {
    this.connection.start({
      bytes: (chunk, byteCount) => {
        this.byteCount += byteCount;
        const text = Buffer.from(chunk.subarray(0, byteCount)).toString('latin1');
        this.events.push(text);
        this.onBytes(text);
      },
      drained: () => this.events.push('drained'),
      closed: () => {
        this.events.push('closed');
        this.#onClosed();
      },
    });
    return this;
  }
}

/** A door on a free port; `next` gives the connections that it accepts, in order. */
export async function openTcp(host = '127.0.0.1') {
  return watched((onConnection) => listenTcp({ host, port: 0, onConnection }));
}

export async function openUnix(socketPath = path.join(newFolder(), 'sockets', 'AF0')) {
  return watched((onConnection) => listenUnix({ path: socketPath, onConnection }));
}

async function watched(
  open: (onConnection: (connection: TransportConnection) => void) => Promise<Listener>,
) {
  const accepted: Seen[] = [];
  const waiting: ((seen: Seen) => void)[] = [];
  const listener = await open((connection) => {
    const seen = new Seen(connection);
    const next = waiting.shift();
    if (next) next(seen);
    else accepted.push(seen);
  });
  onTestFinished(() => listener.close());
  const next = (): Promise<Seen> =>
    new Promise((resolve) => {
      const seen = accepted.shift();
      if (seen) resolve(seen);
      else waiting.push(resolve);
    });
  return { listener, next, port: listener.port ?? 0 };
}

type DialOptions = ({ port: number; host?: string } | { path: string }) & { isReading?: boolean };

export function dial({ isReading = true, ...options }: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, allowHalfOpen: true });
    if (!isReading) socket.pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', reject);
    socket.on('connect', () => resolve(socket));
  });
}

/** Everything that a peer receives until the other side closes. */
export async function received(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

export function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
