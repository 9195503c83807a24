// A gateway that a test plays: serves the library and a page for it, and speaks the relay as it is told.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DeviceTime } from '#shared/protocol/ids';
import type { DeviceListing, GatewayMessage, PageMessage } from '#shared/relay/control';
import { parsePageMessage } from '#shared/relay/control';
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  frameFlags,
  RELAY_VERSION,
} from '#shared/relay/frame';
import type { Role } from '#shared/relay/roles';

const root = path.resolve(import.meta.dirname, '../..');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.map': 'application/json',
};
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface ScriptedOptions {
  /** Whether the page may share memory with its worklets. */
  readonly isIsolated?: boolean;
  readonly devices?: readonly DeviceListing[];
  /** What its pages may do. */
  readonly role?: Role;
}

export function listing(number: number, rateHz: number, channelCount: number): DeviceListing {
  const gain = { gainDb: 0, minDb: -30, maxDb: 30 };
  const switches = { bitCount: 1, mask: 1 };
  return {
    ...{ number, index: number, name: `device ${number}`, rateHz, channelCount },
    ...{ encoding: 'LIN16', hasPhoneLine: false },
    settings: {
      ...{ inputGain: gain, outputGain: gain, inputs: switches, outputs: switches },
      ...{ passThrough: switches, isGainControlOn: false },
    },
  };
}

export class ScriptedGateway {
  readonly heardMessages: PageMessage[] = [];
  readonly heardFrames: Frame[] = [];
  devices: readonly DeviceListing[];
  readonly #http: Server;
  readonly #sockets = new Set<WebSocket>();
  #webSockets: WebSocketServer | undefined;
  readonly #role: Role;
  #sequence = 0;

  constructor({ isIsolated = true, devices = [], role = 'admin' }: ScriptedOptions = {}) {
    this.devices = devices;
    this.#role = role;
    this.#http = createServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://any');
      const file = fileOf(pathname);
      try {
        const body = await readFile(file);
        response.writeHead(200, {
          'content-type': types[path.extname(file)] ?? 'application/octet-stream',
          ...(isIsolated && isolation),
        });
        response.end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  /** Gives the port. */
  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    this.openRelay();
    const address = this.#http.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  openRelay(): void {
    const webSockets = new WebSocketServer({ server: this.#http, path: '/relay' });
    webSockets.on('connection', (socket) => this.#welcome(socket));
    this.#webSockets = webSockets;
  }

  /** As when a gateway ends: nobody is there any more. */
  closeRelay(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#webSockets?.close();
    this.#http.removeAllListeners('upgrade');
  }

  async close(): Promise<void> {
    this.closeRelay();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  send(message: GatewayMessage): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  async hears<T extends PageMessage['type']>(type: T): Promise<PageMessage & { type: T }> {
    for (;;) {
      const found = this.heardMessages.find((message) => message.type === type);
      if (found) return found as PageMessage & { type: T };
      await pause(5);
    }
  }

  /**
   * Plays interleaved samples as a device does: in frames that leave when their time has come, or so much
   * before it.
   */
  async play(
    device: DeviceListing,
    samples: Int16Array,
    { frameMs = 20, leadMs = 0 } = {},
  ): Promise<void> {
    const { number, rateHz, channelCount } = device;
    const frameFrames = (rateHz * frameMs) / 1000;
    const frameCount = Math.floor(samples.length / channelCount / frameFrames);
    const startMs = performance.now();
    const startFrame = Math.round((startMs / 1000) * rateHz);
    for (let i = 0; i < frameCount; i++) {
      const dueMs = startMs + (i + 1) * frameMs - leadMs;
      while (performance.now() < dueMs) await pause(Math.max(1, dueMs - performance.now()));
      const first = i * frameFrames * channelCount;
      const part = samples.subarray(first, first + frameFrames * channelCount);
      const isLast = i === frameCount - 1;
      const message = encodeFrame(
        {
          ...{ kind: 'played', device: number, encoding: 'LIN16', channelCount },
          flags: (i === 0 ? frameFlags.discontinuity : 0) | (isLast ? frameFlags.endOfSound : 0),
          frameCount: frameFrames,
          sequence: this.#sequence++,
          startTime: ((startFrame + i * frameFrames) >>> 0) as DeviceTime,
          senderMicroseconds: Math.round(performance.now() * 1000),
        },
        new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
      );
      for (const socket of this.#sockets) socket.send(message);
    }
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.heardFrames.push(decodeFrame(new Uint8Array(data)));
      else this.#take(socket, parsePageMessage(data.toString()));
    });
  }

  #take(socket: WebSocket, message: PageMessage): void {
    this.heardMessages.push(message);
    const answer = (reply: GatewayMessage) => socket.send(JSON.stringify(reply));
    if (message.type === 'hello') {
      const numbers = { serverNumber: 0, pageNumber: 1 };
      answer({
        type: 'welcome',
        version: RELAY_VERSION,
        gatewayVersion: 'scripted',
        role: this.#role,
        ...numbers,
      });
      answer({ type: 'devices', devices: [...this.devices] });
    } else if (message.type === 'ping') {
      const { id, pageMs } = message;
      answer({ type: 'pong', id, pageMs, serverMs: performance.now() });
    } else if (message.type === 'sync') {
      this.send({ type: 'sync', latencyMs: message.latencyMs });
    }
  }
}

function fileOf(pathname: string): string {
  if (pathname === '/') return path.join(import.meta.dirname, 'sound-page/index.html');
  if (pathname === '/sound-page.js') return path.join(import.meta.dirname, 'sound-page', pathname);
  return path.join(root, 'dist', path.normalize(pathname));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
