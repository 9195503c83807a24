// Past the bounds of AudioFile connections: how many, how slow, how long, and what is left unread. Named as the rows of the table.
import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { expect, vi } from 'vitest';
import { MAX_CLIENT_INDEX } from '#server/dispatch/server';
import { CONGESTED_BYTES, REQUESTS_PER_TURN } from '#server/dispatch/session';
import { FINISHED_PAUSE_MS, FLUSH_LIMIT_MS, QUEUE_MARK_BYTES } from '#server/transport/connection';
import { KEEP_ALIVE_MS, listenTcp } from '#server/transport/listen';
import { WebSocketConnection } from '#server/transport/websocket-connection';
import type { connectionBounds } from '#server/wiring/bounds/audiofile-connection';
import { MAX_STREAM_MESSAGE_BYTES, webDoors } from '#server/wiring/web-doors';
import { MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import { MAGIC_COOKIE } from '#shared/protocol/setup';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { MAX_AUTHORIZATION_BYTES } from '#shared/wire/request-reader';
import { build, concat } from '#test/support/byte-builder';
import { createTestServer } from '#test/support/dispatch';
import { plainSetup, written } from '#test/support/streams';
import { requestBytes } from '#test/support/test-client';
import {
  addressLimits,
  CODEC,
  censusOf,
  FULL,
  openAccess,
  pausedConnection,
  refusalOf,
  samplesRequest,
  unreadRecords,
  withClient,
  withFakeTimers,
  withLimits,
} from './audiofile-bench.ts';
import type { Checks } from './checks.ts';

export const connectionChecks: Checks<typeof connectionBounds> = {
  async connections() {
    const { census, refused, pass } = censusOf(1, 10);
    const listener = await listenTcp({
      ...{ host: '127.0.0.1', port: 0, census },
      onConnection: (connection) => connection.start({ bytes() {}, drained() {}, closed() {} }),
    });
    const opened = connect(listener.port ?? 0, '127.0.0.1');
    await new Promise((resolve) => opened.on('connect', resolve));
    const tooMany = connect(listener.port ?? 0, '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => tooMany.on('close', resolve));
    expect(census.count).toBe(1);
    expect(refused).toEqual(['1: there are 1 connections (limits.connections)']);
    for (let i = 0; i < 5; i += 1) expect(census.enter()).toBe(undefined);
    expect(refused).toHaveLength(1);
    pass(10_000);
    census.enter();
    expect(refused[1]).toMatch(/^6: /);
    opened.destroy();
    await listener.close();
    // A socket tells of its end after its server does.
    while (census.count > 0) await new Promise(setImmediate);
    expect(census.count).toBe(0);
  },

  connectionsPerAddress() {
    const { census, refused } = censusOf(100, 2);
    const [leave] = [census.enter('10.0.0.1'), census.enter('10.0.0.1')];
    expect(census.enter('10.0.0.1')).toBe(undefined);
    expect(refused[0]).toContain('10.0.0.1 has 2 connections');
    for (const address of ['10.0.0.2', '127.0.0.1', '127.0.0.1', '127.0.0.1', undefined]) {
      expect(census.enter(address)).toBeDefined();
    }
    leave?.();
    expect(census.enter('10.0.0.1')).toBeDefined();
  },

  setupRate() {
    const { rates } = addressLimits({ setupsPerSecond: 1 });
    const hosts = ['10.0.0.1', '10.0.0.2'];
    const access = { ...openAccess, readHosts: () => hosts };
    const server = createTestServer({ setUpRate: rates.setUps, access });
    const addresses = ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2'];
    const answers = addresses.map((address) => {
      const connection = server.connect(true, address);
      connection.send(plainSetup('little'));
      server.time.advance(0);
      return connection.receive()?.[0];
    });
    expect(answers).toEqual([1, 1, 0, 1]);
  },

  failedCookies() {
    const { rates } = addressLimits({ failedCookiesPerMinute: 2 });
    const cookie = new Uint8Array(16).fill(7);
    const server = createTestServer({
      access: { ...openAccess, readCookies: () => [cookie], cookieGuesses: rates.cookies },
    });
    const tryCookie = (byte: number): number | undefined => {
      const connection = server.connect(true, '10.0.0.1');
      connection.send(
        written('little', (writer) =>
          encodeSetupRequest(writer, {
            ...{ majorVersion: 3, minorVersion: 0, authorizationName: MAGIC_COOKIE },
            authorizationData: new Uint8Array(16).fill(byte),
          }),
        ),
      );
      server.time.advance(0);
      return connection.receive()?.[0];
    };
    expect(tryCookie(7)).toBe(1);
    expect([tryCookie(1), tryCookie(2), tryCookie(3)]).toEqual([0, 0, 0]);
    // Now not even the right one is looked at.
    expect(tryCookie(7)).toBe(0);
  },

  trackedAddresses() {
    const { rates } = addressLimits({ trackedAddresses: 3 });
    for (let i = 0; i < 100; i += 1) rates.setUps.take(`10.0.0.${i}`);
    expect(rates.setUps.addressCount).toBe(3);
  },

  setupTime() {
    const server = createTestServer({ limits: { setupTimeoutMs: 5_000 } });
    const connection = server.connect();
    for (const byte of plainSetup('little').subarray(0, 9)) {
      connection.send(Uint8Array.of(byte));
      server.time.advance(550);
    }
    expect(connection.isEnded).toBe(false);
    server.time.advance(50);
    expect(connection.isEnded).toBe(true);
  },

  setupMark() {
    const server = createTestServer();
    const connection = server.connect();
    connection.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(connection.isEnded).toBe(true);
    expect(connection.writeCount).toBe(0);
  },

  setupVersion() {
    const setup = build('little').u8(0x6c, 0).u16(3, 1, 0, 0, 0).build();
    expect(refusalOf(createTestServer(), setup)).toBe('Protocol version mismatch');
  },

  authorization() {
    const lengths = [MAX_AUTHORIZATION_BYTES, 1];
    const setup = build('little')
      .u8(0x6c, 0)
      .u16(3, 0, ...lengths, 0)
      .build();
    expect(refusalOf(createTestServer(), setup)).toContain('not authorized');
  },

  clients() {
    const { server } = withLimits({ clients: 1 });
    expect(refusalOf(server, plainSetup('little'))).toBe(FULL);
  },

  clientIndex() {
    const { server } = withLimits({ clients: 1_000_000 });
    const { clients } = server.dispatch.server;
    const [first] = clients;
    while (first && clients.size < MAX_CLIENT_INDEX) clients.add(first);
    expect(refusalOf(server, plainSetup('little'))).toBe(FULL);
  },

  requestBytes() {
    const { client } = withClient();
    const request = new Uint8Array(MAX_REQUEST_BYTES + 4);
    request.set([127, 0]);
    new DataView(request.buffer).setUint16(2, request.length / 4, true);
    client.sendBytes(request.subarray(0, 40_000));
    client.connection.send(request.subarray(40_000));
    expect(client.error().error).toBe('BadLength');
    client.sync();
  },

  requestLength() {
    const { client } = withClient();
    const context = client.createContext(CODEC);
    const samples = new Uint8Array(8);
    const play = requestBytes('PlaySamples', {
      ...samplesRequest(context),
      ...{ samples, noTimeReply: false },
    });
    // It says that it holds a gigabyte.
    new DataView(play.buffer, play.byteOffset).setUint32(12, 2 ** 30, true);
    client.sendBytes(play);
    expect(client.error().error).toBe('BadLength');
    for (const opcode of [33, 37, 12, 4, 5]) {
      client.sendBytes(Uint8Array.of(opcode, 0, 2, 0, 0xff, 0xff, 0xff, 0xff));
      expect(client.error().error).toBe('BadLength');
    }
    client.sync();
  },

  opcode() {
    const { client } = withClient({ extensions: ['GATEWAY'] });
    for (const [opcode, detail] of [
      [1, 0],
      [126, 0],
      [128, 99],
      [200, 0],
    ] as const) {
      client.sendBytes(Uint8Array.of(opcode, detail, 1, 0));
      expect(client.error().error).toBe('BadRequest');
    }
    client.sync();
  },

  requestsPerTurn() {
    const { server, client } = withClient();
    const count = 3 * REQUESTS_PER_TURN;
    client.sendBytes(
      concat(Array.from({ length: count }, () => requestBytes('SyncConnection', {}))),
      count,
    );
    expect(client.receiveAll()).toHaveLength(REQUESTS_PER_TURN);
    server.time.advance(0);
    expect(client.receiveAll()).toHaveLength(count - REQUESTS_PER_TURN);
  },

  heldInput() {
    const { socket } = pausedConnection();
    socket.emit('data', new Uint8Array(1));
    expect(socket.isPaused).toBe(false);
    // Single bytes cost more than they weigh.
    for (let count = 0; !socket.isPaused; count += 1) {
      expect(count).toBeLessThan(QUEUE_MARK_BYTES / 256);
      socket.emit('data', new Uint8Array(1));
    }
  },

  finishedPause: () =>
    withFakeTimers(() => {
      const { socket } = pausedConnection();
      socket.emit('data', new Uint8Array(1));
      socket.emit('end');
      vi.advanceTimersByTime(FINISHED_PAUSE_MS - 1);
      expect(socket.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(socket.destroyed).toBe(true);
    }),

  vanishedClient: () =>
    // That the kernel is told so, test/integration/broken-connections.test.ts sees in its table of sockets.
    expect(KEEP_ALIVE_MS).toBe(60_000),

  congestion() {
    const { client } = withClient();
    unreadRecords(client, 100);
    expect(client.connection.isPaused).toBe(true);
    expect(client.connection.queuedByteCount).toBeLessThan(3 * CONGESTED_BYTES);
    client.connection.drain();
    expect(client.connection.isEnded).toBe(false);
  },

  stalledOutput() {
    const { server, client } = withLimits({ stalledOutputMs: 5_000 });
    unreadRecords(client, 100);
    server.time.advance(5_000);
    expect(client.connection.isEnded).toBe(true);
    expect(server.warnings[0]?.[1]).toMatchObject({ unreadMs: 5_000 });
  },

  queuedBytes() {
    const { server, client } = withLimits({ queuedBytesPerClient: 40_000 });
    unreadRecords(client, 4);
    expect(client.connection.isEnded).toBe(true);
    expect(server.warnings).toHaveLength(1);
  },

  unreadEnd: () =>
    withFakeTimers(() => {
      const { socket, connection } = pausedConnection();
      connection.end();
      vi.advanceTimersByTime(FLUSH_LIMIT_MS - 1);
      expect(socket.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(socket.destroyed).toBe(true);
    }),

  streamMessage() {
    const doors = webDoors({} as never, {} as never, () => false);
    expect(doors['/audiofile']?.maxMessageBytes).toBe(MAX_STREAM_MESSAGE_BYTES);
    // What becomes of a longer one, test/integration/limits looks at.
  },

  streamText() {
    const closedWith: number[] = [];
    const socket = Object.assign(new EventEmitter(), {
      ...{ OPEN: 1, readyState: 1, bufferedAmount: 0 },
      ...{ send() {}, ping() {}, pause() {}, resume() {}, terminate() {} },
      close: (code: number) => closedWith.push(code),
    });
    const connection = new WebSocketConnection(socket, { kind: 'unix' });
    connection.start({ bytes: () => expect.unreachable(), drained() {}, closed() {} });
    socket.emit('message', Buffer.from('l'), false);
    expect(closedWith).toEqual([1003]);
  },
};
