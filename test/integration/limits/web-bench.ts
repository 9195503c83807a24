// What the checks of the web side's bounds share: a server, and somebody at the far end of a plain socket.
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { expect } from 'vitest';
import { createHttpApp } from '#server/http/app';
import { acceptUpgrades } from '#server/http/upgrades';
import { ConnectionCensus } from '#server/transport/connection-census';
import { gateOf } from '#test/server/gate-parts';
import { apiAnswers, apiOf, noMetrics } from '#test/server/http/api-answers';
import { upgradeRequest } from '#test/support/raw-web-socket';
import { until } from '../support/waiting.ts';

/** Only who looks at these times has a server with short ones: a busy machine is slow, too. */
export const PATIENT = { webRequestMs: 20_000, webIdleMs: 20_000 };
export const SHORT_REQUEST = { ...PATIENT, webRequestMs: 300 };
export const SHORT_IDLE = { ...PATIENT, webIdleMs: 400 };
export const LIMIT_MS = 10_000;
export const MAX_MESSAGE_BYTES = 1_000;

/** There is room for none. */
const tokens = { list: () => [], add: () => ({ why: 'There is no room.' }), revoke: () => false };
const none = async () => undefined as never;

export interface WebServer {
  readonly port: number;
  /** Is told of each message of any WebSocket from now on. */
  onMessage(listener: () => void): void;
  close(): Promise<void>;
}

/** The web side, and one WebSocket at /echo. */
export async function openWebServer(limits = PATIENT, maxConnections = 1_000): Promise<WebServer> {
  let heard = () => {};
  const gate = gateOf({ answersToHost: (host) => host === 'here' });
  const app = await createHttpApp({
    pageFolder: tmpdir(),
    gate,
    api: apiOf(apiAnswers),
    metrics: noMetrics,
    admin: { endClient: () => false, tokens },
    messages: { path: tmpdir(), list: none, find: none, remove: async () => false },
    limits,
    health: () => [],
    log: { debug: () => {}, error: (_event, { reason }) => expect.unreachable(String(reason)) },
  });
  new ConnectionCensus({
    limits: { connections: maxConnections, connectionsPerAddress: 1 },
    peerOf: () => undefined,
    nowMs: () => 0,
    refused() {},
  }).watch(app.server);
  acceptUpgrades(app.server, {
    gate,
    tokens: undefined,
    doors: {
      '/echo': {
        maxMessageBytes: MAX_MESSAGE_BYTES,
        opened({ webSocket }) {
          webSocket.on('error', () => {});
          webSocket.on('message', () => heard());
        },
      },
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    onMessage(listener) {
      heard = listener;
    },
    close: () => app.close(),
  };
}

/** A plain socket, and all that came. */
export class Peer {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  isClosed = false;

  constructor({ port }: WebServer) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The status of the last answer. */
  async status(): Promise<number> {
    await until('an answer', LIMIT_MS, () => this.received.includes('\r\n\r\n'));
    return Number(/^HTTP\/1.1 (\d+)/.exec(this.received.toString('latin1'))?.[1]);
  }

  async end(): Promise<void> {
    await until('the end of the connection', LIMIT_MS, () => this.isClosed);
  }
}

export const HEAD = 'GET /healthz HTTP/1.1\r\nHost: here\r\n';

export function requestWith(head: string): string {
  return `${HEAD}${head}\r\n\r\n`;
}

/** Says something a little at a time, for ever. */
export function dribble(peer: Peer, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (peer.isClosed) clearInterval(timer);
    else peer.send(text[at % text.length] ?? '');
    at += 1;
  }, 20);
}

export async function webSocket(server: WebServer): Promise<Peer> {
  const peer = new Peer(server);
  peer.send(upgradeRequest('/echo', 'here'));
  expect(await peer.status()).toBe(101);
  expect(peer.received.toString()).not.toContain('permessage-deflate');
  peer.received = Buffer.alloc(0);
  return peer;
}

/** The code with which the WebSocket was closed. */
async function closeCode(peer: Peer): Promise<number> {
  await until('a close', LIMIT_MS, () => peer.received.length >= 4);
  peer.socket.destroy();
  expect(peer.received[0]).toBe(0x88);
  return peer.received.readUInt16BE(2);
}

export async function expectClose(
  server: WebServer,
  code: number,
  ...frames: Buffer[]
): Promise<void> {
  const peer = await webSocket(server);
  peer.send(Buffer.concat(frames));
  expect(await closeCode(peer)).toBe(code);
}
