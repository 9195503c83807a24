// The two doors of an AudioFile server: a TCP port and a UNIX socket.
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { Roster } from '#server/roster';
import type { TransportConnection } from './connection.ts';
import { type Peer, QUEUE_MARK_BYTES, SocketConnection, tcpPeer } from './connection.ts';
import type { ConnectionCensus } from './connection-census.ts';
import { errorCode } from './error-code.ts';
import {
  ListenError,
  OTHER_SERVER_NUMBER,
  tcpListenError,
  unixListenError,
} from './listen-error.ts';
import { ensureSocketFolder, inodeOf, removeStaleSocket } from './unix-socket-file.ts';

export interface Listener {
  /** `address:port`, or the socket's path. */
  readonly address: string;
  /** The port that was really opened, when 0 was asked for; undefined of a UNIX socket. */
  readonly port: number | undefined;
  /** Whoever knocks is let in; false as well where somebody has taken a UNIX socket's file away, or replaced it. */
  readonly isOpen: boolean;
  /** New connections are refused from then on; those that exist go on. */
  stopAccepting(): void;
  /** Also waits for its connections to end, destroys those that take longer, and resolves then. */
  close(graceMs?: number): Promise<void>;
}

interface ListenCallbacks {
  /** Counts connections, and has those closed at once that are too many. */
  readonly census?: ConnectionCensus | undefined;
  onConnection(connection: TransportConnection): void;
  /** One peer could not be accepted, for example because the system has no memory for it. */
  onAcceptError?(error: Error): void;
}

/** The kernel cuts this to its own limit; thousands of programs may start at the same moment. */
const BACKLOG = 4_096;

/** A peer whose machine vanished is noticed after this silence and the kernel's own probes. */
export const KEEP_ALIVE_MS = 60_000;

/** Rejects with a ListenError. */
export async function listenTcp({
  host,
  port,
  ...callbacks
}: { host: string; port: number } & ListenCallbacks): Promise<Listener> {
  const door = openDoor(callbacks, tcpPeer);
  try {
    await listening(door.server, { host, port });
  } catch (error) {
    throw tcpListenError(error, { host, port, remedy: OTHER_SERVER_NUMBER });
  }
  const bound = door.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP listener has an address');
  return listenerOf(door, hostAndPort(bound.address, bound.port), bound.port);
}

/** Rejects with a ListenError. The socket's file is removed when the listener closes. */
export async function listenUnix({
  path,
  ...callbacks
}: { path: string } & ListenCallbacks): Promise<Listener> {
  const door = openDoor(callbacks, () => ({ kind: 'unix' }));
  // Any user's programs may connect; the original has umask 0 while it makes the socket.
  const options = { path, readableAll: true, writableAll: true };
  try {
    ensureSocketFolder(path);
    try {
      await listening(door.server, options);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error;
      await removeStaleSocket(path);
      await listening(door.server, options);
    }
  } catch (error) {
    throw error instanceof ListenError ? error : unixListenError(error, path);
  }
  return listenerOf(door, path, undefined);
}

/** As it is written in a link: an IPv6 address in brackets. The host alone where the port is not known. */
export function hostAndPort(host: string, port: number | undefined): string {
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

interface Door {
  readonly server: Server;
  readonly sockets: Roster<Socket>;
}

function openDoor(
  { census, onConnection, onAcceptError }: ListenCallbacks,
  peerOf: (socket: Socket) => Peer | undefined,
): Door {
  const sockets = new Roster<Socket>();
  const server = createServer({
    allowHalfOpen: true,
    pauseOnConnect: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    highWaterMark: QUEUE_MARK_BYTES,
  });
  census?.watch(server);
  server.on('connection', (socket) => {
    const peer = socket.destroyed ? undefined : peerOf(socket);
    if (peer === undefined) {
      socket.destroy();
      return;
    }
    const number = sockets.add(socket);
    socket.on('close', () => sockets.delete(number));
    onConnection(new SocketConnection(socket, peer));
  });
  server.on('error', (error) => {
    if (server.listening) onAcceptError?.(error);
  });
  return { server, sockets };
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...options, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function listenerOf(
  { server, sockets }: Door,
  address: string,
  port: number | undefined,
): Listener {
  const isSocket = port === undefined;
  const inode = isSocket ? inodeOf(address) : undefined;
  let closed: Promise<void> | undefined;
  function stopAccepting(): Promise<void> {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve());
    });
    return closed;
  }
  return {
    address,
    port,
    get isOpen() {
      return server.listening && (!isSocket || inodeOf(address) === inode);
    },
    stopAccepting,
    async close(graceMs = 0) {
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await stopAccepting();
      clearTimeout(timer);
    },
  };
}
