// For each bound of AudioFile programs, what happens to one who goes past it. Named as the rows of the table.
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, vi } from 'vitest';
import { configurationFrom, type Limits } from '#server/config';
import { MAX_WAITING_STEPS } from '#server/devices/phone-line';
import { MAX_HOSTS } from '#server/dispatch/access';
import type { DispatchLimits } from '#server/dispatch/index';
import { MAX_CLIENT_INDEX } from '#server/dispatch/server';
import { CONGESTED_BYTES, REQUESTS_PER_TURN } from '#server/dispatch/session';
import {
  FINISHED_PAUSE_MS,
  FLUSH_LIMIT_MS,
  QUEUE_MARK_BYTES,
  SocketConnection,
} from '#server/transport/connection';
import { ConnectionCensus } from '#server/transport/connection-census';
import { KEEP_ALIVE_MS, listenTcp } from '#server/transport/listen';
import { WebSocketConnection } from '#server/transport/websocket-connection';
import { createAddressLimits } from '#server/wiring/address-limits';
import type { audioFileBounds } from '#server/wiring/bounds/audiofile';
import { MAX_STREAM_MESSAGE_BYTES, webDoors } from '#server/wiring/web-doors';
import { predefinedAtoms } from '#shared/protocol/atoms';
import type { Atom, ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import type { RequestName, RequestOf } from '#shared/protocol/requests/index';
import { MAGIC_COOKIE } from '#shared/protocol/setup';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { MAX_AUTHORIZATION_BYTES } from '#shared/wire/request-reader';
import { build, concat } from '#test/support/byte-builder';
import {
  createTestServer,
  noLimit,
  type TestServer,
  type TestServerOptions,
} from '#test/support/dispatch';
import { FakeTime } from '#test/support/fake-time';
import { plainSetup, written } from '#test/support/streams';
import { requestBytes, TestClient } from '#test/support/test-client';
import { FakeNetSocket } from './fake-net-socket.ts';

const PHONE = 0;
const CODEC = 1;
/** Of a context that nobody created. */
const NOBODYS = 0x0012_3456 as ContextId;
const { STRING } = predefinedAtoms;

function withClient(options: TestServerOptions = {}) {
  const server = createTestServer(options);
  return { server, client: new TestClient(server) };
}

function withLimits(limits: Partial<DispatchLimits>) {
  return withClient({ limits });
}

/** The client is refused so, and is answered afterwards. */
function expectRefusal<N extends RequestName>(
  client: TestClient,
  error: string,
  name: N,
  value: RequestOf<N>,
): void {
  expect(client.refusal(name, value).error).toBe(error);
  client.sync();
}

/** A context on the codec, and the refusal of what is asked of it. */
function expectContextRefusal<N extends RequestName>(
  error: string,
  name: N,
  value: (context: ContextId) => RequestOf<N>,
  device = CODEC,
): void {
  const { client } = withClient();
  expectRefusal(client, error, name, value(client.createContext(device)));
}

function expectNobody<N extends RequestName>(name: N, value: Omit<RequestOf<N>, 'context'>): void {
  const { client } = withClient();
  expectRefusal(client, 'BadAC', name, { ...value, context: NOBODYS } as RequestOf<N>);
}

/** What a set-up is refused with. */
function refusalOf(server: TestServer, setup: Uint8Array): string {
  const connection = server.connect();
  connection.send(setup);
  const answer = connection.receive();
  expect(answer?.[0]).toBe(0);
  expect(connection.isEnded).toBe(true);
  return Buffer.from(answer?.subarray(8, 8 + (answer[1] ?? 0)) ?? []).toString('latin1');
}

const FULL = 'Maximum number of clients reached';

function censusOf(connections: number, connectionsPerAddress: number) {
  const refused: string[] = [];
  let nowMs = 0;
  const census = new ConnectionCensus({
    limits: { connections, connectionsPerAddress },
    peerOf: (address) => (address === '127.0.0.1' ? undefined : address),
    nowMs: () => nowMs,
    refused: (sentence, count) => refused.push(`${count}: ${sentence}`),
  });
  const pass = (durationMs: number): void => {
    nowMs += durationMs;
  };
  return { census, refused, pass };
}

/** A socket's connection whose receiver only pauses. */
function pausedConnection() {
  const socket = new FakeNetSocket();
  const connection = new SocketConnection(socket as unknown as Socket, { kind: 'unix' });
  connection.start({ bytes: () => connection.pause(), drained() {}, closed() {} });
  return { socket, connection };
}

async function withFakeTimers(check: () => void): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    check();
  } finally {
    vi.useRealTimers();
  }
}

/** Requests whose answers are many times their length, none of which is read. */
function unreadRecords(client: TestClient, count: number): void {
  const context = client.createContext(CODEC);
  client.server.time.advance(4_000);
  client.connection.isUnread = true;
  const record = requestBytes('RecordSamples', {
    bigEndianSamples: false,
    block: false,
    context,
    startTime: 16_000 as DeviceTime,
    byteCount: 16_000,
    channelCount: 1,
    encoding: 0,
  });
  client.sendBytes(concat(Array.from({ length: count }, () => record)), count);
  client.server.time.advance(0);
}

const samplesRequest = (context: ContextId) => ({
  bigEndianSamples: false,
  context,
  startTime: 0 as DeviceTime,
  channelCount: 1,
  encoding: 0,
});

const property = (context: ContextId, byteCount: number, name: number = STRING) => ({
  mode: 'append' as const,
  context,
  property: name as Atom,
  type: STRING,
  format: 8 as const,
  data: new Uint8Array(byteCount),
});

const openAccess = {
  isEnabled: true,
  readCookies: () => undefined,
  readHosts: (): string[] => [],
  hostsChanged() {},
  localAddresses: () => [],
  cookieGuesses: noLimit,
};

function addressLimits(changed: Partial<Limits>) {
  const limits = { ...configurationFrom().limits, ...changed };
  return { rates: createAddressLimits(limits, new FakeTime(), { warn() {} }) };
}

type Checks = Readonly<Record<keyof typeof audioFileBounds, () => void | Promise<void>>>;

export const audioFileChecks: Checks = {
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
    const [first] = clients.values();
    for (let index = 2; first && index <= MAX_CLIENT_INDEX; index += 1) clients.set(index, first);
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
    expect(server.warnings[0]).toContain('unread for 5000 ms');
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

  contextsPerClient() {
    const { client } = withLimits({ contextsPerClient: 2 });
    const [context] = [client.createContext(CODEC), client.createContext(CODEC)];
    const third = { context: (context + 5) as ContextId, device: CODEC as DeviceIndex };
    expectRefusal(client, 'BadAlloc', 'CreateAC', { ...third, mask: 0, values: [] });
    client.send('FreeAC', { context });
    client.createContext(CODEC);
  },

  contexts() {
    const { server, client } = withLimits({ contexts: 2 });
    client.createContext(CODEC);
    const other = new TestClient(server);
    const context = other.createContext(CODEC);
    const third = { context: (context + 5) as ContextId, device: CODEC as DeviceIndex };
    expectRefusal(other, 'BadAlloc', 'CreateAC', { ...third, mask: 0, values: [] });
    client.close();
    other.createContext(CODEC);
  },

  resourceId() {
    const { client } = withClient();
    const used = client.createContext(CODEC);
    for (const context of [used, NOBODYS + 0x10_0000, client.resourceIdBase + 0x8_0000]) {
      expectRefusal(client, 'BadIDChoice', 'CreateAC', {
        ...{ context: context as ContextId, device: CODEC as DeviceIndex },
        ...{ mask: 0, values: [] },
      });
    }
  },

  context() {
    expectNobody('SelectEvents', { mask: 0 });
    expectNobody('DialPhone', { number: '1' });
    expectNobody('ChangeACAttributes', { mask: 0, values: [] });
    expectNobody('FreeAC', {});
    const { context, ...samples } = samplesRequest(NOBODYS);
    expectNobody('PlaySamples', { ...samples, samples: new Uint8Array(4), noTimeReply: false });
    expectNobody('RecordSamples', { ...samples, byteCount: 4, block: false });
    expectNobody('HookSwitch', { state: 1 });
    expectNobody('FlashHook', { durationMs: 1 });
    for (const name of ['GetTime', 'QueryInputGain', 'QueryOutputGain', 'QueryPhone'] as const) {
      expectNobody(name, {});
    }
    for (const name of ['SetInputGain', 'SetOutputGain'] as const) {
      expectNobody(name, { gainDb: 0 });
    }
    for (const name of masked) expectNobody(name, { mask: 0 });
    const { context: _none, ...change } = property(context, 4);
    expectNobody('ChangeProperty', change);
    expectNobody('DeleteProperty', { property: STRING });
    expectNobody('GetProperty', {
      ...{ property: STRING, type: STRING, delete: 0, longOffset: 0, longLength: 0 },
    });
    expectNobody('ListProperties', {});
    const { client } = withClient({ extensions: ['GATEWAY'] });
    client.sendGateway('SetContextRate', { context, rateHz: 8_000 });
    expect(client.error().error).toBe('BadAC');
  },

  device() {
    const { client } = withClient();
    const context = client.resourceIdBase as ContextId;
    for (const device of [5, 0xffff_ffff] as DeviceIndex[]) {
      expectRefusal(client, 'BadDevice', 'CreateAC', { context, device, mask: 0, values: [] });
    }
  },

  attributeMask() {
    const { client } = withClient();
    const context = client.resourceIdBase as ContextId;
    const device = CODEC as DeviceIndex;
    const create = (mask: number, values: number[]) => ({ context, device, mask, values });
    expectRefusal(client, 'BadValue', 'CreateAC', create(64, [0]));
    expectRefusal(client, 'BadLength', 'CreateAC', create(3, [0]));
    expectRefusal(client, 'BadLength', 'CreateAC', create(0, new Array(1_000).fill(0)));
    expectContextRefusal('BadValue', 'ChangeACAttributes', (own) => ({
      ...{ context: own, mask: 1 << 31, values: [0] },
    }));
  },

  attributeGain() {
    const { server, client } = withClient();
    const context = client.createContext(CODEC, { playGainDb: 0x7fff_ffff, recordGainDb: -1e6 });
    const created = server.dispatch.server.contexts.get(context);
    expect([created?.playGainDb, created?.recordGainDb]).toEqual([100, -100]);
  },

  attributeEncoding() {
    for (const encoding of [6, 11, 255, 0xffff_ffff]) {
      expectContextRefusal('BadValue', 'ChangeACAttributes', (context) => ({
        ...{ context, mask: 32, values: [encoding] },
      }));
    }
  },

  ratedContexts() {
    const { client } = withClient({ extensions: ['GATEWAY'], limits: { ratedContexts: 1 } });
    const [first, second] = [client.createContext(CODEC), client.createContext(CODEC)];
    client.askGateway('SetContextRate', { context: first, rateHz: 16_000 });
    client.askGateway('SetContextRate', { context: first, rateHz: 44_100 });
    client.sendGateway('SetContextRate', { context: second, rateHz: 16_000 });
    expect(client.error().error).toBe('BadAlloc');
    client.askGateway('SetContextRate', { context: first, rateHz: 8_000 });
    client.askGateway('SetContextRate', { context: second, rateHz: 16_000 });
  },

  contextRate() {
    const { client } = withClient({ extensions: ['GATEWAY'] });
    const context = client.createContext(CODEC);
    for (const rateHz of [1, 3_999, 192_001, 0xffff_ffff]) {
      client.sendGateway('SetContextRate', { context, rateHz });
      expect(client.error().error).toBe('BadValue');
    }
    expect(client.askGateway('SetContextRate', { context, rateHz: 0 }).newRateHz).toBe(8_000);
  },

  eventMask: () =>
    expectContextRefusal('BadValue', 'SelectEvents', (context) => ({ context, mask: 1 })),

  playFormat() {
    for (const wrong of [{ channelCount: 2 }, { channelCount: 0 }, { encoding: 2 }]) {
      expectContextRefusal('BadMatch', 'PlaySamples', (context) => ({
        ...samplesRequest(context),
        ...{ samples: new Uint8Array(4), noTimeReply: true },
        ...wrong,
      }));
      expectContextRefusal('BadMatch', 'RecordSamples', (context) => ({
        ...samplesRequest(context),
        ...{ byteCount: 4, block: false },
        ...wrong,
      }));
    }
  },

  playAhead() {
    const { server, client } = withClient();
    const context = client.createContext(CODEC);
    const inAnHour = client.time(context) + 3_600 * 8_000;
    client.play(context, inAnHour, new Uint8Array(8));
    client.connection.send(new Uint8Array(4).fill(127));
    server.time.advance(0);
    expect(client.connection.isPaused).toBe(true);
    expect(client.hasHeardAll()).toBe(true);
    new TestClient(server).sync();
  },

  recordBytes() {
    const { client } = withLimits({ recordReplyBytes: 1_000 });
    const context = client.createContext(CODEC);
    for (const byteCount of [1_001, 0xffff_fffc]) {
      const request = { ...samplesRequest(context), byteCount, block: true };
      const { error, value } = client.refusal('RecordSamples', request);
      expect([error, value]).toEqual(['BadImplementation', byteCount]);
    }
  },

  deviceGain() {
    for (const name of ['SetInputGain', 'SetOutputGain'] as const) {
      for (const gainDb of [-71, 25, 0x7fff_ffff, -0x8000_0000]) {
        expectContextRefusal('BadValue', name, (context) => ({ context, gainDb }));
      }
    }
  },

  deviceMask() {
    for (const name of masked) {
      expectContextRefusal('BadValue', name, (context) => ({ context, mask: 0xffff_ffff }));
    }
  },

  dialedSteps() {
    const { server, client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 1 });
    client.send('DialPhone', { context, number: '5'.repeat(60_000) });
    client.send('DialPhone', { context, number: '5'.repeat(60_000) });
    client.sync();
    // More than so many would take hours.
    server.time.advance(MAX_WAITING_STEPS * 1_000);
    expect(server.time.pendingTimerCount).toBe(0);
  },

  flash() {
    const { server, client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 1 });
    client.sync();
    const { pendingTimerCount } = server.time;
    for (const durationMs of [3_001, -1, 0x7fff_ffff]) {
      client.send('FlashHook', { context, durationMs });
      client.sync();
      expect(server.time.pendingTimerCount).toBe(pendingTimerCount);
      expect(client.ask('QueryPhone', { context }).hookState).toBe(1);
    }
  },

  hook() {
    const { client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 2 });
    client.send('HookSwitch', { context, state: 0xffff_ffff });
    expect(client.ask('QueryPhone', { context }).hookState).toBe(0);
  },

  accessMode() {
    const { client } = withClient();
    expectRefusal(client, 'BadValue', 'SetAccessControl', { mode: 2 });
  },

  hostAddress() {
    const { client } = withClient();
    const host = { mode: 'insert' as const, family: 0, address: new Uint8Array(4) };
    expectRefusal(client, 'BadValue', 'ChangeHosts', { ...host, family: 1 });
    expectRefusal(client, 'BadValue', 'ChangeHosts', { ...host, address: new Uint8Array(60_000) });
    const strange = requestBytes('ChangeHosts', host);
    strange[1] = 2;
    client.sendBytes(strange);
    expect(client.error().error).toBe('BadValue');
  },

  hosts() {
    const { server, client } = withClient();
    const { access } = server.dispatch.server;
    for (let i = access.hosts.length; i < MAX_HOSTS; i += 1) {
      access.insert(0, Uint8Array.of(10, 1, i >> 8, i & 0xff));
    }
    const address = Uint8Array.of(10, 2, 0, 0);
    expectRefusal(client, 'BadAlloc', 'ChangeHosts', { mode: 'insert', family: 0, address });
  },

  killedClient() {
    const { client } = withClient();
    for (const resource of [0, 0x0500_0000, 0xffff_ffff]) {
      expectRefusal(client, 'BadValue', 'KillClient', { resource });
    }
  },

  atom() {
    const atom = 5_000 as Atom;
    const { client } = withClient();
    expectRefusal(client, 'BadAtom', 'GetAtomName', { atom });
    const context = client.createContext(CODEC);
    const change = property(context, 4);
    expectRefusal(client, 'BadAtom', 'ChangeProperty', { ...change, property: atom });
    expectRefusal(client, 'BadAtom', 'ChangeProperty', { ...change, type: atom });
    expectRefusal(client, 'BadAtom', 'DeleteProperty', { context, property: atom });
    const part = { context, delete: 0, longOffset: 0, longLength: 1 };
    expectRefusal(client, 'BadAtom', 'GetProperty', { ...part, property: atom, type: STRING });
    expectRefusal(client, 'BadAtom', 'GetProperty', { ...part, property: STRING, type: atom });
  },

  atoms() {
    const { client } = withLimits({ atoms: 1 });
    client.ask('InternAtom', { onlyIfExists: false, name: 'ONE' });
    expectRefusal(client, 'BadAlloc', 'InternAtom', { onlyIfExists: false, name: 'TWO' });
    client.ask('InternAtom', { onlyIfExists: false, name: 'ONE' });
  },

  atomNames() {
    const { client } = withLimits({ atomNameBytes: 1_000 });
    const name = 'N'.repeat(1_001);
    expectRefusal(client, 'BadAlloc', 'InternAtom', { onlyIfExists: false, name });
  },

  properties() {
    const { client } = withLimits({ propertiesPerDevice: 2 });
    const context = client.createContext(CODEC);
    for (const name of [STRING, STRING - 1])
      client.send('ChangeProperty', property(context, 4, name));
    expectRefusal(client, 'BadAlloc', 'ChangeProperty', property(context, 4, STRING - 2));
  },

  propertyBytes() {
    const { client } = withLimits({ propertyBytes: 1_000 });
    const context = client.createContext(CODEC);
    client.send('ChangeProperty', property(context, 999));
    expectRefusal(client, 'BadAlloc', 'ChangeProperty', property(context, 2));
    const part = { context, delete: 0, longOffset: 0, longLength: 1 };
    const reply = client.ask('GetProperty', { ...part, property: STRING, type: STRING });
    expect(reply.bytesAfter).toBe(995);
  },

  propertyFormat() {
    const { client } = withClient();
    const context = client.createContext(CODEC);
    for (const [at, value] of [
      [1, 3],
      [16, 64],
      [16, 0],
    ] as const) {
      const change = requestBytes('ChangeProperty', property(context, 4));
      change[at] = value;
      client.sendBytes(change);
      expect(client.error().error).toBe('BadValue');
    }
    client.sync();
  },

  propertyPart() {
    const { client } = withClient();
    const context = client.createContext(CODEC);
    client.send('ChangeProperty', property(context, 8));
    const asked = { context, property: STRING, type: STRING, delete: 0, longLength: 1 };
    for (const longOffset of [3, 0x4000_0000, 0xffff_ffff]) {
      expectRefusal(client, 'BadValue', 'GetProperty', { ...asked, longOffset });
    }
    expectRefusal(client, 'BadValue', 'GetProperty', { ...asked, delete: 2, longOffset: 0 });
    const all = { ...asked, longOffset: 1, longLength: 0xffff_ffff };
    expect(client.ask('GetProperty', all).data).toHaveLength(4);
  },

  streamMessage() {
    const doors = webDoors({} as never, {} as never);
    expect(doors['/audiofile']?.maxMessageBytes).toBe(MAX_STREAM_MESSAGE_BYTES);
    // What becomes of a longer one, test/integration/limits looks at.
  },

  streamText() {
    const closedWith: number[] = [];
    const socket = Object.assign(new EventEmitter(), {
      ...{ OPEN: 1, readyState: 1, bufferedAmount: 0 },
      ...{ send() {}, pause() {}, resume() {}, terminate() {} },
      close: (code: number) => closedWith.push(code),
    });
    const connection = new WebSocketConnection(socket, { kind: 'unix' });
    connection.start({ bytes: () => expect.unreachable(), drained() {}, closed() {} });
    socket.emit('message', Buffer.from('l'), false);
    expect(closedWith).toEqual([1003]);
  },
};

const masked = [
  'EnableInput',
  'EnableOutput',
  'DisableInput',
  'DisableOutput',
  'EnablePassThrough',
  'DisablePassThrough',
  'EnableGainControl',
  'DisableGainControl',
] as const;
