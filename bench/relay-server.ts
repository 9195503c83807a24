// The process that serves listeners: the relay as it is, or one of the floors. It runs one kind, says where it
// listens, and answers each message with what it has used so far.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { createDeviceSet, defaultDevices } from '#server/devices/index';
import { createGate } from '#server/http/gate';
import { acceptUpgrades } from '#server/http/upgrades';
import { frameMessage } from '#server/relay/frame-message';
import { createRelay, webSocketPage } from '#server/relay/index';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame, MAX_MESSAGE_BYTES } from '#shared/relay/frame';
import { machineClock } from './relay-clock.ts';

export type ServerKind = 'relay' | 'bare ws' | 'raw sockets';

export interface ServerUse {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

const FRAME_MS = 20;
const FRAME_FRAMES = 960;

const timers = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** What the floors send: as long as the relay's frames, with the moment at which it was made. */
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
    senderMicroseconds: Math.floor(machineClock.nowMs() * 1_000),
  } as const;
  return encodeFrame(header, new Uint8Array(4 * FRAME_FRAMES));
}

/** Every 20 ms of the clock, however late a timer is. */
function eachFrame(send: (sequence: number) => void): void {
  const startMs = machineClock.nowMs();
  let sequence = 0;
  const next = () => {
    const dueMs = startMs + (sequence + 1) * FRAME_MS - machineClock.nowMs();
    setTimeout(() => {
      if (machineClock.nowMs() >= startMs + (sequence + 1) * FRAME_MS) send(sequence++);
      next();
    }, dueMs);
  };
  next();
}

const kinds: Record<ServerKind, (server: Server) => void> = {
  relay(server) {
    const onError = (error: unknown) => console.error(error);
    const devices = createDeviceSet({ clock: machineClock, timers, onError }, defaultDevices);
    const limits = {
      pages: 10_000,
      speakersPerPage: 4,
      pageMessagesPerSecond: 500,
      listenerLagMs: 300,
      stalledListenerMs: 60_000,
    };
    const relay = createRelay({
      devices,
      clock: machineClock,
      timers,
      limits,
      log: { debug: () => {}, info: () => {}, error: onError },
      gatewayVersion: '0',
      serverNumber: 0,
      playing: () => [],
    });
    const gate = createGate({ answersToHost: () => true, allowedOrigins: [], token: undefined });
    const opened = ({ webSocket, socket }: { webSocket: WebSocket; socket: Duplex }) =>
      relay.accept(webSocketPage(webSocket, socket, 'bench'));
    acceptUpgrades(server, {
      gate,
      doors: { '/relay': { maxMessageBytes: MAX_MESSAGE_BYTES, opened } },
    });
    playForEver(devices);
  },

  'bare ws'(server) {
    const sockets = new Set<WebSocket>();
    const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
    webSockets.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    eachFrame((sequence) => {
      const bytes = payload(sequence);
      for (const socket of sockets) socket.send(bytes);
    });
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
    eachFrame((sequence) => {
      const { bytes } = frameMessage(payload(sequence));
      for (const socket of sockets) socket.write(bytes);
    });
  },
};

function playForEver(devices: ReturnType<typeof createDeviceSet>): void {
  const hifi = devices.devices.find(({ name }) => name === 'hifi');
  if (hifi === undefined) throw new Error('There is no stereo device.');
  const samples = Int16Array.from({ length: 2 * 48_000 }, (_, i) => 1_000 + (i % 500));
  let nextFrame = 0;
  const play = () => {
    // After a stall it goes on, and does not lag behind for ever.
    nextFrame = Math.max(nextFrame, hifi.nowFrame() + 4_800);
    hifi.play(nextFrame, samples, 48_000, { preempt: false, gainDb: 0 });
    nextFrame += 48_000;
  };
  play();
  play();
  setInterval(play, 1_000);
}

function use(): ServerUse {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, residentBytes: process.memoryUsage().rss };
}

const server = createServer();
kinds[process.argv[2] as ServerKind](server);
process.on('message', () => process.send?.(use()));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
