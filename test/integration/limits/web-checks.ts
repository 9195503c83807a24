// For each bound of HTTP and of WebSockets, what happens to somebody who goes past it, over real sockets.
// Named as the rows of the table.
import { expect } from 'vitest';
import * as ws from 'ws';
import { configurationFrom } from '#server/config';
import { MAX_PIPELINED } from '#server/http/pipelining';
import { MAX_FRAGMENTS, MAX_WAITING_CHUNKS } from '#server/http/upgrades';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_HEADERS } from '#server/http/web-bounds';
import { createAddressLimits } from '#server/wiring/address-limits';
import type { webBounds } from '#server/wiring/bounds/web';
import { asked, gateOf, knownToken, TOKEN, tokensOf } from '#test/server/gate-parts';
import { FakeTime } from '#test/support/fake-time';
import { COMPRESSED, FINAL, opcodes, webSocketFrame } from '#test/support/raw-web-socket';
import { until } from '../support/waiting.ts';
import {
  dribble,
  expectClose,
  HEAD,
  LIMIT_MS,
  MAX_MESSAGE_BYTES,
  openWebServer,
  PATIENT,
  Peer,
  requestWith,
  SHORT_IDLE,
  SHORT_REQUEST,
  type WebServer,
  webSocket,
} from './web-bench.ts';

/** Not among the types of the package. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: object) => NodeJS.WritableStream;
};

const nothing = new Uint8Array(0);

type Checks = Readonly<Record<keyof typeof webBounds, (server: WebServer) => Promise<void>>>;

export const webChecks: Checks = {
  async webConnections() {
    const server = await openWebServer(PATIENT, 1);
    const first = new Peer(server);
    first.send(requestWith('X: 1'));
    expect(await first.status()).toBe(200);
    await new Peer(server).end();
    await server.close();
  },

  async failedTokens() {
    const limits = { ...configurationFrom().limits, failedTokensPerMinute: 2 };
    const { tokens: guesses } = createAddressLimits(limits, new FakeTime(), { warn() {} });
    const gate = gateOf({ tokens: tokensOf([knownToken(TOKEN, 'admin')]), guesses }, '0.0.0.0');
    const codes = ['wrong', 'wronger', 'wrongest', TOKEN].map((text) => {
      const headers = { host: 'localhost', authorization: `Bearer ${text}` };
      const admission = gate.admit(asked({ headers, address: '10.0.0.1' }), 'listen');
      return admission.kind === 'refused' ? admission.refusal.statusCode : 200;
    });
    expect(codes).toEqual([401, 401, 429, 429]);
  },

  async newToken(server) {
    for (const [body, status] of [
      [{ name: 'x'.repeat(65), role: 'admin' }, 400],
      [{ name: '../x', role: 'admin' }, 400],
      [{ name: 'x', role: 'king' }, 400],
      [{ name: 'x', role: 'admin', expiresAt: 'never' }, 400],
      [{ name: 'x', role: 'admin', more: 1 }, 409],
    ] as const) {
      const text = JSON.stringify(body);
      const peer = new Peer(server);
      peer.send(
        `POST /api/tokens HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
      expect(await peer.status()).toBe(status);
      peer.socket.destroy();
    }
  },

  async clientIndex(server) {
    for (const [index, status] of [
      ['0', 400],
      ['4096', 400],
      ['1e9', 400],
      ['x', 400],
      ['7', 404],
    ] as const) {
      const peer = new Peer(server);
      peer.send(`DELETE /api/clients/${index} HTTP/1.1\r\nHost: here\r\n\r\n`);
      expect(await peer.status()).toBe(status);
      peer.socket.destroy();
    }
  },

  async headerBytes(server) {
    const [path, header] = [new Peer(server), new Peer(server)];
    path.send(`GET /${'x'.repeat(MAX_HEADER_BYTES)} HTTP/1.1\r\nHost: here\r\n\r\n`);
    header.send(requestWith(`X: ${'x'.repeat(MAX_HEADER_BYTES)}`));
    for (const peer of [path, header]) {
      expect(await peer.status()).toBe(431);
      await peer.end();
    }
  },

  async headers(server) {
    const peer = new Peer(server);
    const many = Array.from({ length: MAX_HEADERS }, (_, i) => `X${i}: 1`).join('\r\n');
    // Its name comes last, and so not at all.
    peer.send(`GET /healthz HTTP/1.1\r\n${many}\r\nHost: here\r\n\r\n`);
    expect(await peer.status()).toBeGreaterThanOrEqual(400);
    peer.socket.destroy();
  },

  async bodyBytes(server) {
    const peer = new Peer(server);
    peer.send(
      `POST /api/status HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`,
    );
    peer.send('"'.repeat(100));
    expect(await peer.status()).toBe(413);
    peer.socket.destroy();
  },

  async headerTime() {
    const server = await openWebServer(SHORT_REQUEST);
    const [silent, slow] = [new Peer(server), new Peer(server)];
    dribble(slow, `${HEAD}X: ${'x'.repeat(10_000)}`);
    await Promise.all([silent.end(), slow.end()]);
    // The slow one may lose its answer to the reset that its own next byte causes.
    expect(await silent.status()).toBe(408);
    await server.close();
  },

  async requestTime() {
    const server = await openWebServer(SHORT_REQUEST);
    const peer = new Peer(server);
    peer.send('POST /api/status HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n');
    dribble(peer, '1');
    await peer.end();
    await server.close();
  },

  async idleTime() {
    const server = await openWebServer(SHORT_IDLE);
    const peer = new Peer(server);
    peer.send(requestWith('X: 1'));
    expect(await peer.status()).toBe(200);
    await peer.end();
    await server.close();
  },

  async unreadAnswers() {
    const server = await openWebServer(SHORT_IDLE);
    const peer = new Peer(server);
    peer.socket.pause();
    const piece = requestWith('X: 1').repeat(1_000);
    // What both kernels and Node hold; it would go on for ever.
    for (let byteCount = 0; !peer.isClosed; byteCount += piece.length) {
      expect(byteCount).toBeLessThan(50_000_000);
      if (peer.socket.write(piece)) continue;
      await new Promise<void>((resolve) => {
        for (const event of ['drain', 'close']) peer.socket.once(event, () => resolve());
      });
    }
    await server.close();
  },

  async pipelined(server) {
    const [few, many] = [new Peer(server), new Peer(server)];
    few.send(requestWith('X: 1').repeat(MAX_PIPELINED));
    many.send(requestWith('X: 1').repeat(MAX_PIPELINED + 1));
    await many.end();
    await until('all answers', LIMIT_MS, () => {
      return few.received.toString().split('HTTP/1.1 200').length === MAX_PIPELINED + 1;
    });
    few.socket.destroy();
  },

  async path(server) {
    for (const path of ['/none', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/a%00b']) {
      const peer = new Peer(server);
      peer.send(`GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`);
      expect(await peer.status()).toBeGreaterThanOrEqual(400);
      expect(peer.received.toString()).not.toContain('root:');
      peer.socket.destroy();
    }
  },

  async malformedRequest(server) {
    for (const request of [
      'nonsense\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: here\r\n\r\n',
      `POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12`,
      `POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1`,
      `POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    ]) {
      const peer = new Peer(server);
      peer.send(request);
      expect(await peer.status()).toBeGreaterThanOrEqual(400);
      await peer.end();
    }
  },

  async messagesAtOnce(server) {
    const peer = await webSocket(server);
    const turns: number[] = [];
    let turn = 0;
    server.onMessage(() => turns.push(turn));
    const count = (): void => {
      turn += 1;
      if (turns.length < 3) setImmediate(count);
    };
    count();
    const message = webSocketFrame(FINAL | opcodes.text, new Uint8Array(1));
    peer.send(Buffer.concat([message, message, message]));
    await until('three messages', LIMIT_MS, () => turns.length === 3);
    expect(new Set(turns).size).toBe(3);
    peer.socket.destroy();
  },

  async fragments(server) {
    const rest = Array.from({ length: MAX_FRAGMENTS + 1 }, () =>
      webSocketFrame(opcodes.continuation, nothing),
    );
    await expectClose(server, 1008, webSocketFrame(opcodes.text, nothing), ...rest);
  },

  async waitingChunks(server) {
    // A kernel joins what comes quickly, so that a receiver is asked itself.
    const receiver = new Receiver({
      isServer: true,
      maxPayload: 2 * MAX_WAITING_CHUNKS,
      maxBufferedChunks: MAX_WAITING_CHUNKS,
    });
    const failed = new Promise<Error>((resolve) => receiver.on('error', resolve));
    const whole = webSocketFrame(FINAL | opcodes.text, new Uint8Array(2 * MAX_WAITING_CHUNKS));
    for (const byte of whole) receiver.write(Buffer.from([byte]));
    expect((await failed).message).toContain('buffered chunks');
    await expectClose(
      server,
      1009,
      webSocketFrame(FINAL | opcodes.text, new Uint8Array(MAX_MESSAGE_BYTES + 1)),
    );
  },

  controlFrame: (server) =>
    expectClose(server, 1002, webSocketFrame(FINAL | opcodes.ping, new Uint8Array(126))),

  compression: (server) =>
    expectClose(server, 1002, webSocketFrame(FINAL | COMPRESSED | opcodes.text, new Uint8Array(5))),

  unmasked: (server) =>
    expectClose(server, 1002, webSocketFrame(FINAL | opcodes.text, new Uint8Array(5), false)),

  async unreadPongs(server) {
    const peer = await webSocket(server);
    peer.socket.pause();
    const pings = Buffer.concat(
      Array.from({ length: 10_000 }, () =>
        webSocketFrame(FINAL | opcodes.ping, new Uint8Array(125)),
      ),
    );
    // What all kernels hold on the way there and back; it would go on for ever.
    for (let byteCount = 0; !peer.isClosed; byteCount += pings.length) {
      expect(byteCount).toBeLessThan(50_000_000);
      if (peer.socket.destroyed) break;
      const hasLeft = peer.socket.write(pings);
      if (!hasLeft) {
        await Promise.race([
          new Promise((resolve) => peer.socket.once('drain', resolve)),
          new Promise((resolve) => peer.socket.once('close', resolve)),
        ]);
      }
    }
  },
};
