// The floors of the relay's benchmark: servers that send each listener a message of a frame's length every
// 20 ms while they are told to. They look at nothing, and nobody is dropped.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { frameMessage } from '#server/relay/frame-message';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame } from '#shared/relay/frame';

export type FloorKind = 'bare ws' | 'raw sockets';
export type FloorOrder = 'start' | 'stop';

const FRAME_MS = 20;
const FRAME_FRAMES = 960;
/** As the gateway does: a timer may come up to one too early, and would have to be set again. */
const TIMER_GRAIN_MS = 1;

/** Sends one frame to all. */
type Send = (sequence: number) => void;

const kinds: Readonly<Record<FloorKind, (server: Server) => Send>> = {
  'bare ws'(server) {
    const sockets = new Set<WebSocket>();
    const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
    webSockets.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    return (sequence) => {
      const bytes = payload(sequence);
      for (const socket of sockets) socket.send(bytes);
    };
  },

  'raw sockets'(server) {
    const sockets = new Set<Duplex>();
    server.on('upgrade', (request, socket: Duplex) => {
      const key = request.headers['sec-websocket-key'];
      // RFC 6455, 4.2.2.
      const accept = createHash('sha1')
        .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
    });
    return (sequence) => {
      const bytes = frameMessage(payload(sequence));
      for (const socket of sockets) socket.write(bytes);
    };
  },
};

/** As long as the gateway's frames, with the moment at which it was made. */
function payload(sequence: number): Uint8Array {
  const header = {
    kind: 'played',
    flags: 0,
    device: 2,
    encoding: 'LIN16',
    channelCount: 2,
    frameCount: FRAME_FRAMES,
    sequence,
    startTime: deviceTime(sequence * FRAME_FRAMES),
    senderMicroseconds: Math.floor(performance.now() * 1_000),
  } as const;
  return encodeFrame(header, new Uint8Array(4 * FRAME_FRAMES));
}

/** Every 20 ms of the clock, however late a timer is. */
function everyFrame(send: Send): () => void {
  const startMs = performance.now();
  let sequence = 0;
  let timer: NodeJS.Timeout;
  const next = () => {
    const dueMs = startMs + (sequence + 1) * FRAME_MS - performance.now();
    timer = setTimeout(
      () => {
        send(sequence++);
        next();
      },
      Math.max(0, Math.ceil(dueMs)) + TIMER_GRAIN_MS,
    );
  };
  next();
  return () => clearTimeout(timer);
}

const server = createServer();
const send = kinds[process.argv[2] as FloorKind](server);
let stop = () => {};

const orders: Readonly<Record<FloorOrder, () => void>> = {
  start() {
    stop = everyFrame(send);
  },
  stop: () => stop(),
};

process.on('message', (order: FloorOrder) => {
  if (order in orders) orders[order]();
});
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});
