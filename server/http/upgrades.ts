// WebSockets of the web side. Each is checked before it is opened, and handed over in the same turn, so that
// no message of it is lost.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Gate, Refusal } from './gate.ts';

/** What becomes of the WebSockets of one path. */
export interface Door {
  /** A longer message ends its connection. */
  readonly maxMessageBytes: number;
  opened(visitor: Visitor): void;
}

export interface Visitor {
  readonly webSocket: WebSocket;
  /** The socket that carries it. */
  readonly socket: Duplex;
  readonly address: string;
  readonly port: number;
  /** It showed the token, which was asked for. */
  readonly hasToken: boolean;
}

export interface UpgradeOptions {
  readonly gate: Gate;
  readonly doors: Readonly<Record<string, Door>>;
}

export function acceptUpgrades(server: Server, { gate, doors }: UpgradeOptions): void {
  const servers = new Map(
    Object.entries(doors).map(([path, { maxMessageBytes }]) => [
      path,
      socketServer(maxMessageBytes),
    ]),
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A browser that hangs up meanwhile is no reason to fail.
    socket.on('error', () => {});
    const url = request.url ?? '/';
    const path = url.replace(/\?.*$/s, '');
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    const refusal =
      gate.upgradeRefusal({ url, headers: request.headers }) ?? (door ? undefined : NO_DOOR);
    if (refusal !== undefined || door === undefined) {
      refuse(socket, refusal ?? NO_DOOR);
      return;
    }
    const { remoteAddress = 'unknown', remotePort = 0 } = request.socket;
    const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '');
    servers.get(path)?.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('ping', () => {
        if (webSocket.bufferedAmount > MAX_UNREAD_BYTES) webSocket.terminate();
      });
      door.opened({ webSocket, socket, address, port: remotePort, hasToken: gate.hasToken });
    });
  });
}

const NO_DOOR: Refusal = {
  statusCode: 404,
  sentence: 'There is no WebSocket here: pages use /relay, and programs /audiofile.\n',
};

/** Of one message, and of what waits for the rest of a frame: each costs memory beside its bytes. */
export const MAX_FRAGMENTS = 1_024;
export const MAX_WAITING_CHUNKS = 4_096;
/** A peer that pings and does not read the answers; what else it is sent is bounded far below. */
export const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

function socketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Sound does not get smaller by it, and a message could then not be built once for all.
    perMessageDeflate: false,
    // Each message has a turn of the event loop, however many come in one piece.
    allowSynchronousEvents: false,
    maxPayload,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_WAITING_CHUNKS,
  });
}

function refuse(socket: Duplex, { statusCode, sentence }: Refusal): void {
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(sentence)}`,
    ...(statusCode === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${sentence}`, () => socket.destroy());
}
