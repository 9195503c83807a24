// Streams that were damaged, or made up: whatever comes, nothing fails inside, and others are answered.
import { describe, expect, it } from 'vitest';
import { extensions } from '#shared/protocol/extensions';
import type { ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { requestCodec } from '#shared/wire/request-codec';
import { Writer } from '#shared/wire/writer';
import { concat } from '#test/support/byte-builder';
import { createTestServer, noLimit, type TestServer } from '#test/support/dispatch';
import type { FakeConnection } from '#test/support/fake-connection';
import { recordings } from '#test/support/golden';
import { mutate } from '#test/support/mutations';
import { type Random, seededRandom, testSeed } from '#test/support/random';
import { type Bytes, plainSetup } from '#test/support/streams';
import { requestBytes, TestClient } from '#test/support/test-client';

const SERVERS = 100;
const STREAMS_PER_SERVER = 200;
const MAX_REQUESTS = 8;
/** Of a recorded request; longer ones only cost time. */
const MAX_RECORDED_BYTES = 600;
const OPEN_CONNECTIONS = 6;
const REMOTE = '10.0.0.9';
const OWNER_SHIFT = 20;
/** Long enough for all dialing, and for every wait of a play or record. */
const LONG_MS = 3_600_000;
/** What the clock of a test server shows when its devices start. */
const START_MS = 1_000;
const STEREO_DEVICE = 2;
const ENCODING_MASK = 0x20;
/** Behind AFTime. */
const GATEWAY_OPCODE = 129;

const setContextRate = requestCodec(extensions.gateway.requests.SetContextRate);

interface Pool {
  readonly littleEndian: boolean;
  readonly setups: readonly Bytes[];
  readonly requests: readonly Bytes[];
}

const pools = (['little', 'big'] as const).map((order): Pool => {
  const streams = recordings
    .flatMap(({ connections }) => connections)
    .filter(({ byteOrder }) => byteOrder === order)
    .map(({ fromClient }) => fromClient.map(({ bytes }) => bytes));
  return {
    littleEndian: order === 'little',
    setups: [plainSetup(order), ...streams.flatMap(([setup]) => (setup ? [setup] : []))],
    requests: streams.flatMap(([, ...requests]) =>
      requests.filter(({ length }) => length < MAX_RECORDED_BYTES),
    ),
  };
});

function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)] as T;
}

/** Recorded ids are those of the first client; here they become those of another. */
function withOwner(request: Bytes, owner: number, littleEndian: boolean): Bytes {
  const bytes = request.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 4; at + 4 <= Math.min(bytes.length, 20); at += 4) {
    const number = view.getUint32(at, littleEndian);
    if (number >>> OWNER_SHIFT !== 1) continue;
    view.setUint32(at, (number & 0xf_ffff) | (owner << OWNER_SHIFT), littleEndian);
  }
  return bytes;
}

/** What a stream plays and records on, if nothing comes in between. */
interface Plan {
  readonly littleEndian: boolean;
  readonly nowMs: number;
  readonly context: ContextId;
  readonly device: DeviceIndex;
  readonly encoding: number;
  readonly channelCount: number;
}

function createPlan(littleEndian: boolean, owner: number, nowMs: number, random: Random): Plan {
  const device = random(5) as DeviceIndex;
  return {
    littleEndian,
    nowMs,
    context: (((owner << OWNER_SHIFT) >>> 0) + random(3)) as ContextId,
    device,
    encoding: pick([0, 1, 2, 7, 8, 9, 14, random(32)], random),
    channelCount: device === STEREO_DEVICE ? 2 : 1,
  };
}

function createContext({ context, device, encoding, littleEndian }: Plan): Bytes {
  const request = { context, device, mask: ENCODING_MASK, values: [encoding] };
  return requestBytes('CreateAC', request, littleEndian);
}

/** A request that makes sense with the plan's context: a play or record near now, or another rate. */
function sensibleRequest(plan: Plan, random: Random): Bytes {
  const { littleEndian, context, device, channelCount, encoding } = plan;
  const nowFrame = plan.nowMs * (device < STEREO_DEVICE ? 8 : 44.1);
  const sound = {
    context,
    startTime: ((nowFrame + random(60_000) - 20_000) >>> 0) as DeviceTime,
    channelCount,
    encoding,
    bigEndianSamples: random(2) === 0,
  };
  const unitCount = random(random(500) === 0 ? 200 : 3);
  // A multiple of every unit there is.
  const byteCount = 528 * unitCount;
  // Making a resampler is what costs most here.
  switch (random(100) === 0 ? 'rate' : pick(['play', 'play', 'record', 'record'], random)) {
    case 'rate': {
      const writer = new Writer(littleEndian);
      const rateHz = pick([0, 4_000, 11_025, 48_000, 192_000, random(300_000)], random);
      setContextRate.encode(writer, { context, rateHz }, GATEWAY_OPCODE, 3);
      return writer.take() ?? new Uint8Array(0);
    }
    case 'record': {
      const request = { ...sound, byteCount, block: random(3) === 0 };
      return requestBytes('RecordSamples', request, littleEndian);
    }
    default: {
      const samples = new Uint8Array(Math.min(byteCount, 528 * 60)).fill(random(256));
      const request = { ...sound, samples, noTimeReply: random(2) === 0 };
      return requestBytes('PlaySamples', request, littleEndian);
    }
  }
}

function createHostileStream(
  { requests, littleEndian }: Pool,
  owner: number,
  nowMs: number,
  random: Random,
): Bytes {
  const plan = createPlan(littleEndian, owner, nowMs, random);
  const parts = Array.from({ length: random(MAX_REQUESTS) }, () =>
    random(2) === 0
      ? sensibleRequest(plan, random)
      : withOwner(pick(requests, random), owner, littleEndian),
  );
  parts.unshift(createContext(plan));
  let stream = concat(parts);
  for (let damage = Math.max(0, random(5) - 2); damage > 0; damage -= 1)
    stream = mutate(stream, random, requests);
  return stream;
}

function sendInPieces(connection: FakeConnection, stream: Bytes, random: Random): void {
  for (let at = 0; at < stream.length; ) {
    const byteCount = random(3) === 0 ? 1 + random(40) : stream.length - at;
    connection.send(stream.subarray(at, at + byteCount));
    at += byteCount;
  }
}

/** Takes all that came; what is no whole packet at the end would show that the framing was lost. */
function readAll(connection: FakeConnection): void {
  while (connection.receive()) {
    // Only that it can be taken apart matters here.
  }
}

class Attack {
  readonly #random: Random;
  readonly #isLocal: boolean;
  readonly #server: TestServer;
  #open: FakeConnection[] = [];
  #witness: TestClient;

  constructor(random: Random) {
    this.#random = random;
    this.#isLocal = random(3) === 0;
    this.#server = createTestServer({
      extensions: ['AFTime', 'GATEWAY'],
      nameProperties: true,
      limits: { stalledOutputMs: 5_000, contextsPerClient: 3, clients: 7 },
      access: {
        readCookies: () => undefined,
        isEnabled: true,
        readHosts: () => [REMOTE],
        localAddresses: () => ['127.0.0.1'],
        hostsChanged: () => {},
        cookieGuesses: noLimit,
      },
    });
    this.#witness = new TestClient(this.#server);
  }

  run(): void {
    for (let count = 0; count < STREAMS_PER_SERVER; count += 1) {
      this.#attack();
      this.#letTimePass();
      this.#seeThatOthersAreAnswered();
    }
    for (const connection of this.#open) connection.close();
    this.#witness.close();
    this.#server.time.advance(LONG_MS);
    expect(this.#server.time.pendingTimerCount).toBe(0);
    expect(this.#server.dispatch.server.clients.size).toBe(0);
    expect(this.#server.dispatch.server.contexts.size).toBe(0);
    expect(this.#server.errors).toEqual([]);
  }

  #attack(): void {
    const random = this.#random;
    const pool = pick(pools, random);
    const address = this.#isLocal ? '127.0.0.1' : REMOTE;
    const connection = this.#server.connect(pool.littleEndian, address);
    this.#open.push(connection);
    const setup = pick(pool.setups, random).slice();
    const isDamaged = random(20) === 0;
    sendInPieces(connection, isDamaged ? mutate(setup, random, pool.setups) : setup, random);
    const owner = random(4) === 0 ? 1 + random(8) : this.#newestIndex();
    const nowMs = this.#server.time.nowMs() - START_MS;
    if (random(10) === 0) connection.isUnread = true;
    sendInPieces(connection, createHostileStream(pool, owner, nowMs, random), random);
    if (!isDamaged) readAll(connection);
    if (this.#open.length >= OPEN_CONNECTIONS) {
      this.#open.splice(random(this.#open.length), 1)[0]?.close();
    }
  }

  #newestIndex(): number {
    return [...this.#server.dispatch.server.clients].at(-1)?.index ?? 1;
  }

  #letTimePass(): void {
    const random = this.#random;
    const { time } = this.#server;
    time.advance([0, 0, 1, 20, 500, 3_000][random(6)] ?? 0);
    if (random(50) === 0) time.advance(random(60_000));
  }

  #seeThatOthersAreAnswered(): void {
    // Clients of the same machine may end each other, and this is one.
    if (this.#isLocal && this.#witness.connection.isEnded) {
      this.#witness = new TestClient(this.#server);
    }
    this.#witness.receiveAll();
    this.#witness.sync();
  }
}

describe('a server under attack', () => {
  it(`answers others and fails nowhere (seed ${testSeed})`, () => {
    const random = seededRandom(testSeed);
    for (let count = 0; count < SERVERS; count += 1) new Attack(random).run();
  });
});
