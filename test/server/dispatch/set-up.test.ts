// How a connection becomes a client, and how it does not.
import { describe, expect, it } from 'vitest';
import { AddressRates } from '#server/address-rates';
import { MAGIC_COOKIE } from '#shared/protocol/setup';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { createTestServer } from '#test/support/dispatch';
import type { FakeConnection } from '#test/support/fake-connection';
import { FakeTime } from '#test/support/fake-time';
import { type Bytes, plainSetup, splitsOf, written } from '#test/support/streams';
import { byteOrders, requestBytes, TestClient } from '#test/support/test-client';

function setupWith(littleEndian: boolean, name: string, data: Uint8Array, minorVersion = 0): Bytes {
  return written(littleEndian ? 'little' : 'big', (writer) =>
    encodeSetupRequest(writer, {
      majorVersion: 3,
      minorVersion,
      authorizationName: name,
      authorizationData: data,
    }),
  );
}

/** The reason of a refusal, which must be all that came, at its exact length. */
function refusalOf(connection: FakeConnection): string {
  const answer = connection.receive();
  if (answer?.[0] !== 0) throw new Error('expected a refusal');
  const reasonByteCount = answer[1] ?? 0;
  expect(answer).toHaveLength(8 + ((reasonByteCount + 3) & ~3));
  expect(connection.receive()).toBeUndefined();
  return Buffer.from(answer.subarray(8, 8 + reasonByteCount)).toString('latin1');
}

describe.each(byteOrders)('a %s set-up', (_name, littleEndian) => {
  const order = littleEndian ? 'little' : 'big';

  it('is understood in every split, with what follows it', () => {
    const setup = setupWith(littleEndian, MAGIC_COOKIE, new Uint8Array(16));
    const stream = Uint8Array.from([...setup, ...requestBytes('SyncConnection', {}, littleEndian)]);
    const answers = new Set<string>();
    for (const pieces of splitsOf(stream)) {
      const server = createTestServer();
      const connection = server.connect(littleEndian);
      for (const piece of pieces) connection.send(piece);
      const packets = [connection.receive(), connection.receive(), connection.receive()];
      answers.add(JSON.stringify(packets.map((packet) => packet && Array.from(packet))));
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toMatch(/^\[\[1,0,.*\],\[1,0,.*\],null\]$/);
  });

  it('lists the devices, the vendor, and where resource ids begin', () => {
    const server = createTestServer({ vendor: 'A vendor', release: 77 });
    const { setup } = new TestClient(server, { littleEndian });
    expect(setup).toMatchObject({
      vendor: 'A vendor',
      release: 77,
      resourceIdBase: 0x10_0000,
      resourceIdMask: 0xf_ffff,
      maxRequestUnits: 16_384,
    });
    expect(setup.devices).toHaveLength(5);
  });

  it('is refused in another version', () => {
    const server = createTestServer();
    const connection = server.connect(littleEndian);
    connection.send(setupWith(littleEndian, '', new Uint8Array(0), 1));
    expect(refusalOf(connection)).toBe('Protocol version mismatch');
    expect(connection.isEnded).toBe(true);
    expect(server.time.pendingTimerCount).toBe(0);
  });

  it('is refused as soon as its authorization is longer than any there is', () => {
    const connection = createTestServer().connect(littleEndian);
    const prefix = plainSetup(order);
    new DataView(prefix.buffer).setUint16(8, 0xffff, littleEndian);
    connection.send(prefix);
    expect(refusalOf(connection)).toBe('Client is not authorized to connect to Server');
    expect(connection.isEnded).toBe(true);
  });

  it('is refused when the server is full, until a place is free again', () => {
    const server = createTestServer({ limits: { clients: 2 } });
    const first = new TestClient(server);
    new TestClient(server);
    const late = server.connect(littleEndian);
    late.send(plainSetup(order));
    expect(refusalOf(late)).toBe('Maximum number of clients reached');
    first.close();
    expect(new TestClient(server, { littleEndian }).resourceIdBase).toBe(first.resourceIdBase);
  });

  it('does not count connections that have not finished theirs', () => {
    const server = createTestServer({ limits: { clients: 1 } });
    for (let count = 0; count < 10; count += 1) server.connect(littleEndian);
    new TestClient(server, { littleEndian });
  });
});

describe('a connection in set-up', () => {
  it('is hung up without a word when its first byte is no byte order', () => {
    for (const byte of [0, 0x4c, 0x62, 0x47, 0xff]) {
      const server = createTestServer();
      const connection = server.connect();
      connection.send(Uint8Array.of(byte));
      expect(connection.isEnded).toBe(true);
      expect(connection.writeCount).toBe(0);
      expect(server.time.pendingTimerCount).toBe(0);
    }
  });

  it('is closed when it takes too long, and only then', () => {
    const server = createTestServer({ limits: { setupTimeoutMs: 500 } });
    const connection = server.connect();
    connection.send(plainSetup('little').slice(0, 11));
    server.time.advance(499);
    expect(connection.isEnded).toBe(false);
    server.time.advance(1);
    expect(connection.isEnded).toBe(true);
    const timely = new TestClient(server);
    server.time.advance(10_000);
    timely.sync();
  });

  it('leaves nothing behind when it goes away', () => {
    const server = createTestServer();
    const connection = server.connect();
    connection.send(plainSetup('little').slice(0, 5));
    connection.close();
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.dispatch.server.generation).toBe(1);
  });

  it('never hears events', () => {
    const server = createTestServer();
    const connection = server.connect();
    server.devices.devices[0]?.phone?.ring(1);
    expect(connection.writeCount).toBe(0);
  });
});

describe('numbers of clients', () => {
  it('are the lowest that are free', () => {
    const server = createTestServer();
    const clients = [1, 2, 3, 4].map(() => new TestClient(server));
    expect(clients.map(({ resourceIdBase }) => resourceIdBase >>> 20)).toEqual([1, 2, 3, 4]);
    clients[2]?.close();
    clients[1]?.close();
    const next = [1, 2, 3].map(() => new TestClient(server));
    expect(next.map(({ resourceIdBase }) => resourceIdBase >>> 20)).toEqual([2, 3, 5]);
  });

  it('fit into the bits that ids have for them, whatever the limit', () => {
    const server = createTestServer({ limits: { clients: 10_000 } });
    const clients = Array.from({ length: 4_095 }, () => new TestClient(server));
    expect(clients.at(-1)?.resourceIdBase).toBe(0xfff0_0000);
    const last = clients.at(-1);
    last?.sync();
    last?.createContext(1);
    const late = server.connect();
    late.send(plainSetup('little'));
    expect(refusalOf(late)).toBe('Maximum number of clients reached');
  });
});

describe('the answer to a set-up', () => {
  it('has the devices of that moment', () => {
    const server = createTestServer();
    const before = new TestClient(server);
    server.devices.remove('codec');
    const after = new TestClient(server);
    expect(before.setup.devices).toHaveLength(5);
    expect(after.setup.devices).toHaveLength(4);
    expect(after.setup.devices.map((device) => device.playRateHz)).toEqual([
      8_000, 44_100, 44_100, 44_100,
    ]);
  });

  it('is written once, in one piece', () => {
    const server = createTestServer();
    const { connection } = new TestClient(server);
    expect(connection.writeCount).toBe(1);
  });
});

describe('an address that connects too often', () => {
  const REFUSED = 'Maximum number of clients reached';

  /** Two at once, and one in a second. */
  function limited() {
    const time = new FakeTime();
    const setUpRate = new AddressRates({
      perSecond: () => 1,
      atOnce: () => 2,
      addresses: () => 10,
      nowMs: time.nowMs,
    });
    return { time, server: createTestServer({ setUpRate }) };
  }

  it.each(byteOrders)('is told so in its byte order: %s', (_name, littleEndian) => {
    const { time, server } = limited();
    const connect = () => {
      const connection = server.connect(littleEndian, '127.0.0.1');
      connection.send(plainSetup(littleEndian ? 'little' : 'big'));
      return connection;
    };
    const clients = [connect(), connect()];
    expect(clients.map((client) => client.receive()?.[0])).toEqual([1, 1]);
    const refused = connect();
    expect(refusalOf(refused)).toBe(REFUSED);
    expect(refused.isEnded).toBe(true);
    time.advance(1_000);
    expect(connect().receive()?.[0]).toBe(1);
  });

  it('is not waited for', () => {
    const { server } = limited();
    const connections = [1, 2, 3].map(() => server.connect());
    server.time.advance(1_001);
    expect(connections.map(({ isEnded }) => isEnded)).toEqual([false, false, true]);
  });

  it('does not slow others', () => {
    const { server } = limited();
    for (let n = 0; n < 10; n += 1) server.connect(true, '127.0.0.1');
    server.dispatch.reloadHosts(['10.0.0.2']);
    const other = server.connect(true, '10.0.0.2');
    other.send(plainSetup('little'));
    expect(other.receive()?.[0]).toBe(1);
  });
});
