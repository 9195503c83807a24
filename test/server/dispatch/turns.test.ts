// How clients share the server, how requests are numbered, and what becomes of those that cannot be.
import { describe, expect, it } from 'vitest';
import { encodings } from '#shared/protocol/encodings';
import { concat } from '#test/support/byte-builder';
import { createTestServer } from '#test/support/dispatch';
import { byteOrders, requestBytes, TestClient } from '#test/support/test-client';

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  return concat(Array.from({ length: count }, () => bytes));
}

/** What a test sees of turns: each `soon` is kept until the test lets it run. */
function createSteppedServer(nowMs?: () => number) {
  const waiting: (() => void)[] = [];
  const server = createTestServer({
    soon: (callback) => waiting.push(callback),
    ...(nowMs ? { clock: { nowMs } } : {}),
  });
  return {
    server,
    waiting,
    /** One round of the event loop: everybody who asked has one turn. */
    round(): void {
      for (const callback of waiting.splice(0)) callback();
    },
  };
}

describe('a client that pipelines 10,000 requests', () => {
  it('is answered ten requests a turn, and others in between', () => {
    const { server, round, waiting } = createSteppedServer();
    const busy = new TestClient(server);
    const other = new TestClient(server, { littleEndian: false });
    busy.sendBytes(repeated(requestBytes('SyncConnection', {}), 10_000), 10_000);
    expect(busy.receiveAll()).toHaveLength(10);
    for (let count = 0; count < 100; count += 1) {
      other.sync();
      expect(other.connection.isPaused).toBe(false);
      expect(busy.connection.isPaused).toBe(true);
      round();
      expect(busy.receiveAll()).toHaveLength(10);
    }
    while (waiting.length > 0) round();
    expect(busy.receiveAll()).toHaveLength(10_000 - 1_010);
    expect(busy.connection.isPaused).toBe(false);
    busy.sync();
  });

  it('gets its answers in one write a turn', () => {
    const { server, round, waiting } = createSteppedServer();
    const busy = new TestClient(server);
    busy.connection.writeCount = 0;
    busy.sendBytes(repeated(requestBytes('SyncConnection', {}), 95), 95);
    while (waiting.length > 0) round();
    expect(busy.connection.writeCount).toBe(10);
    expect(busy.receiveAll()).toHaveLength(95);
  });

  it('and goes away leaves no turn behind', () => {
    const { server, round, waiting } = createSteppedServer();
    const busy = new TestClient(server);
    busy.sendBytes(repeated(requestBytes('SyncConnection', {}), 100), 100);
    busy.close();
    round();
    expect(waiting).toHaveLength(0);
    expect(server.errors).toEqual([]);
  });
});

describe('two clients that pipeline', () => {
  it('take turns', () => {
    const { server, round } = createSteppedServer();
    const clients = byteOrders.map(([, littleEndian]) => new TestClient(server, { littleEndian }));
    for (const client of clients) {
      const bytes = requestBytes('SyncConnection', {}, client.littleEndian);
      client.sendBytes(repeated(bytes, 1_000), 1_000);
    }
    for (let count = 0; count < 50; count += 1) {
      for (const client of clients) expect(client.receiveAll()).toHaveLength(10);
      round();
    }
  });
});

describe('a request that takes long', () => {
  const MS_PER_LOOK = 0.4;

  /** A server whose clock moves each time that it is looked at, as if all work took its time. */
  function createSlowServer() {
    let nowMs = 1_000;
    return createSteppedServer(() => {
      nowMs += MS_PER_LOOK;
      return nowMs;
    });
  }

  it.each([
    ['GSM', 33, 1_980],
    ['CRLADPCM2', 1, 65_500],
  ] as const)(
    'such as 64 KiB of %s is cut in slices, with turns of others in between',
    (encoding, unitBytes, unitCount) => {
      const { server, round, waiting } = createSlowServer();
      const player = new TestClient(server);
      const other = new TestClient(server);
      const { id } = encodings[encoding];
      const context = player.createContext(1, { encoding: id });
      // All of it is past, so that nothing waits.
      server.time.advance(400_000);
      const samples = new Uint8Array(unitBytes * unitCount);
      const sequence = player.play(context, 0, samples, { encoding: id });
      let turns = 1;
      while (waiting.length > 0) {
        other.sync();
        round();
        turns += 1;
      }
      expect(player.reply('PlaySamples', sequence).time).toBe(8 * 400_000);
      // At most three looks at the clock a turn, and 8,192 samples for each.
      expect(turns).toBeGreaterThan(8);
    },
  );

  it('such as a large record is cut in slices too', () => {
    const { server, round, waiting } = createSlowServer();
    const recorder = new TestClient(server);
    const other = new TestClient(server);
    const context = recorder.createContext(2, { encoding: encodings.IEEED.id });
    server.time.advance(10_000);
    const byteCount = 16 * 44_100 * 1;
    recorder.record(context, 441_000 - 44_100, byteCount, {
      channelCount: 2,
      encoding: encodings.IEEED.id,
    });
    let turns = 1;
    while (waiting.length > 0) {
      other.sync();
      round();
      turns += 1;
    }
    expect(recorder.reply('RecordSamples').samples).toHaveLength(byteCount);
    expect(turns).toBeGreaterThan(4);
  });

  it('ends a turn before the tenth request', () => {
    const { server } = createSlowServer();
    const client = new TestClient(server);
    client.sendBytes(repeated(requestBytes('SyncConnection', {}), 10), 10);
    expect(client.receiveAll().length).toBeLessThan(4);
  });
});

describe.each(byteOrders)('the sequence numbers of a %s client', (_name, littleEndian) => {
  it('go on past 65,535', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const noOperations = repeated(requestBytes('NoOperation', {}, littleEndian), 1_000);
    for (let count = 0; count < 65; count += 1) {
      client.sendBytes(noOperations, 1_000);
      server.time.advance(0);
    }
    client.sendBytes(noOperations.subarray(0, 4 * 534), 534);
    server.time.advance(0);
    const sync = requestBytes('SyncConnection', {}, littleEndian);
    client.sendBytes(repeated(sync, 3), 3);
    server.time.advance(0);
    const sequences = client.receiveAll().map((answer) => answer.sequence);
    expect(sequences).toEqual([65_535, 0, 1]);
    expect(client.refusal('GetAtomName', { atom: 999 as never })).toMatchObject({
      error: 'BadAtom',
      sequence: 2,
    });
  });
});

describe('a request that cannot be', () => {
  it('is answered with its opcode, and the next one is taken', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    for (const opcode of [0, 1, 10, 11, 29, 41, 126, 128, 255]) {
      client.sendBytes(Uint8Array.of(opcode, 7, 1, 0));
      expect(client.error()).toMatchObject({ error: 'BadRequest', opcode, minorOpcode: 0 });
    }
    client.sync();
  });

  it('is consumed whole when it is longer than any that is looked at', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(1);
    client.play(context, 0, new Uint8Array(70_000));
    expect(client.error()).toMatchObject({ error: 'BadLength', opcode: 7 });
    client.sync();
  });
});
