// Every recorded session of the original programs, and of the hand-made client that tried every request,
// replayed against this server: the same requests must get the same answers.
import { describe, expect, it } from 'vitest';
import { predefinedAtoms } from '#shared/protocol/atoms';
import { createTestServer, noLimit, type TestServer } from '#test/support/dispatch';
import type { FakeConnection } from '#test/support/fake-connection';
import { lofiDevices } from '#test/support/lofi-devices';
import { bytesOf, type Exchange, type Recording, recordings } from '#test/support/recording';

/** A server may answer this much later than the original did. */
const TOLERANCE_MS = 100;
const STEP_MS = 1;

interface Departure {
  readonly file: RegExp;
  readonly name: RegExp;
  /** These bytes of the exchange do not count. */
  readonly bytes: readonly [number, number];
  readonly why: string;
}

/** Where this server departs from the original on purpose; docs/quirks.md has the reasons. */
const departures: readonly Departure[] = [
  {
    file: /badlength/,
    name: /error to KillClient/,
    bytes: [1, 8],
    why: 'KillClient is implemented, so that its errors are about the id',
  },
  {
    file: /gain/,
    name: /Query(In|Out)putGain reply/,
    bytes: [8, 12],
    why: 'gains are continuous and read back as they were set, not in steps of the hardware',
  },
  {
    file: /inout|inputs-outputs/,
    name: /(En|Dis)ableInput reply/,
    bytes: [8, 16],
    why: 'inputs are mixed, so that one does not switch another off',
  },
  {
    file: /loop-mix/,
    name: /RecordSamples reply/,
    bytes: [32, 372],
    why: 'sounds that add up beyond full scale are clipped once, on the way out, not at each addition',
  },
];

/** What this server says and the original did not: its exchange keeps the number that was dialed. */
const PROPERTY_EVENT = 7;
function isNumberDialed(packet: Uint8Array, { file }: Recording, littleEndian: boolean): boolean {
  const { buffer, byteOffset } = packet;
  const atom = new DataView(buffer, byteOffset).getUint32(8, littleEndian);
  return (
    /phone/.test(file) &&
    packet[0] === PROPERTY_EVENT &&
    atom === predefinedAtoms.LAST_NUMBER_DIALED
  );
}

/** Encodings that the original refused and this server has; LPC10, which both refuse, stands in for them. */
const newEncodings = [4, 5, 15, 19, 20];
const LPC10 = 11;
const ENCODING_BIT = 0x20;
const IEEES = 13;
const IEEED = 14;

class Replay {
  readonly #server: TestServer;
  readonly #recording: Recording;
  readonly #connections = new Map<number, FakeConnection>();
  /** What was really sent and received, by the number of its exchange. */
  readonly #packets: (Uint8Array | undefined)[] = [];
  readonly #startMs: number;

  constructor(recording: Recording) {
    const { recordInput, extensions, cookie } = recording.serverSetup;
    this.#recording = recording;
    this.#server = createTestServer({
      devices: lofiDevices(recordInput),
      // That recording begins when the server is full.
      limits: recording.file.includes('setup-full') ? { clients: 0 } : {},
      extensions,
      access: {
        isEnabled: true,
        readCookies: () => (cookie === null ? undefined : [Buffer.from(cookie, 'hex')]),
        readHosts: () => [],
        localAddresses: () => ['127.0.0.1'],
        hostsChanged: () => {},
        cookieGuesses: noLimit,
      },
    });
    // The original had been running for a moment when its first client came.
    this.#server.time.advance(300);
    this.#startMs = this.#server.time.nowMs();
  }

  run(): void {
    this.#recording.exchanges.forEach((exchange, index) => {
      if (exchange.from === 'server') this.#expect(exchange, index);
      else this.#do(exchange, index);
    });
    for (const connection of this.#connections.values()) {
      expect(connection.receive(), 'a packet that the original did not send').toBeUndefined();
    }
    expect(this.#server.errors).toEqual([]);
  }

  #do(exchange: Exchange, index: number): void {
    this.#advanceTo(exchange.t);
    if (exchange.from === 'line') this.#onLine(exchange.name);
    else if (exchange.name === 'connect') this.#connect(exchange);
    else if (exchange.name === 'disconnect') this.#connection(exchange).close();
    else this.#send(exchange, index);
  }

  #connect(exchange: Exchange): void {
    const first = this.#recording.exchanges.find(
      ({ from, conn, hex }) => from === 'client' && conn === exchange.conn && hex.length > 0,
    );
    const littleEndian = first === undefined || !first.hex.startsWith('42');
    const connection = this.#server.connect(
      littleEndian,
      String(exchange.info?.source ?? '127.0.0.1'),
    );
    this.#connections.set(exchange.conn ?? 0, connection);
  }

  #send(exchange: Exchange, index: number): void {
    const bytes = bytesOf(exchange);
    const { timeFrom } = exchange;
    const connection = this.#connection(exchange);
    if (timeFrom) {
      const view = new DataView(bytes.buffer);
      view.setUint32(timeFrom.at, this.#timeOf(timeFrom, connection), connection.littleEndian);
    }
    replaceNewEncoding(bytes, exchange, connection.littleEndian);
    this.#packets[index] = bytes;
    for (let count = 0; count < (exchange.repeat ?? 1); count += 1) connection.send(bytes);
    this.#server.time.advance(0);
  }

  #expect(exchange: Exchange, index: number): void {
    if (exchange.optional) return;
    const connection = this.#connection(exchange);
    if (exchange.name === 'disconnect') {
      expect(connection.isEnded, `exchange ${index}: the server hangs up`).toBe(true);
      return;
    }
    for (let count = 0; count < (exchange.repeat ?? 1); count += 1) {
      const packet = this.#receive(connection, exchange);
      expect(packet, `exchange ${index}, ${exchange.name}, never came`).toBeDefined();
      if (!packet) return;
      this.#packets[index] = packet;
      this.#compare(exchange, index, packet, connection);
    }
  }

  #receive(connection: FakeConnection, exchange: Exchange): Uint8Array | undefined {
    const { time } = this.#server;
    const lastMs = Math.max(this.#startMs + exchange.t, time.nowMs()) + TOLERANCE_MS;
    for (;;) {
      const packet = connection.receive();
      if (packet && isNumberDialed(packet, this.#recording, connection.littleEndian)) continue;
      if (packet || time.nowMs() >= lastMs) return packet;
      time.advance(STEP_MS);
    }
  }

  #compare(
    exchange: Exchange,
    index: number,
    packet: Uint8Array,
    connection: FakeConnection,
  ): void {
    const what = `exchange ${index}, ${exchange.name}`;
    const { timeFrom } = exchange;
    const view = new DataView(packet.buffer, packet.byteOffset);
    if (timeFrom && exchange.rule !== 'partial') {
      const time = view.getUint32(timeFrom.at, connection.littleEndian);
      expect(time, `${what}: time`).toBe(this.#timeOf(timeFrom, connection));
    }
    if (exchange.quirk || exchange.rule === 'partial') return;
    const departing = this.#departure(exchange)?.bytes;
    const expected = blanked(bytesOf(exchange), exchange, departing);
    const actual = blanked(packet, exchange, departing);
    if (this.#isFloatOfMuLaw(exchange, index)) expectSimilarFloats(actual, expected);
    else expect(firstDifference(actual, expected), what).toBeUndefined();
  }

  #timeOf(
    { exchange, field, delta }: NonNullable<Exchange['timeFrom']>,
    to: FakeConnection,
  ): number {
    const packet = this.#packets[exchange];
    if (!packet) throw new Error(`exchange ${exchange} has no bytes to take a time from`);
    const view = new DataView(packet.buffer, packet.byteOffset);
    return (view.getUint32(field, to.littleEndian) + delta) >>> 0;
  }

  #onLine(name: string): void {
    const phone = this.#server.devices.devices[0]?.phone;
    if (!phone) throw new Error('device 0 has no telephone line');
    const [what, ...rest] = name.split(' ');
    const state = rest.at(-1) === '1' ? 1 : 0;
    if (what === 'ring') phone.ring(state);
    else if (what === 'loop') phone.loop(state);
    else if (what === 'dtmf') phone.dtmf(rest[0] ?? '', state);
    else throw new Error(`nothing is known of the line event ${name}`);
  }

  #connection({ conn = 0 }: Exchange): FakeConnection {
    const connection = this.#connections.get(conn);
    if (!connection) throw new Error(`connection ${conn} was never opened`);
    return connection;
  }

  #advanceTo(t: number): void {
    const { time } = this.#server;
    time.advance(Math.max(0, this.#startMs + t - time.nowMs()));
  }

  /** The original's constants for mu-law as floating point have six digits. */
  #isFloatOfMuLaw(exchange: Exchange, index: number): boolean {
    const type = this.#recording.exchanges[index - 1]?.info?.type;
    return exchange.name === 'RecordSamples reply' && (type === IEEES || type === IEEED);
  }

  #departure(exchange: Exchange): Departure | undefined {
    return departures.find(
      ({ file, name }) => file.test(this.#recording.file) && name.test(exchange.name),
    );
  }
}

function replaceNewEncoding(bytes: Uint8Array, { name }: Exchange, littleEndian: boolean): void {
  if (name !== 'CreateAC' && name !== 'ChangeACAttributes') return;
  const view = new DataView(bytes.buffer);
  // The encoding is the attribute of the highest bit, so that its value is the last.
  const last = bytes.length - 4;
  if (last < 16 || (view.getUint32(8, littleEndian) & ENCODING_BIT) === 0) return;
  if (newEncodings.includes(view.getUint32(last, littleEndian))) {
    view.setUint32(last, LPC10, littleEndian);
  }
}

const FLOAT_TOLERANCE = 1e-6;
const RECORDED_SAMPLES = 320;

function expectSimilarFloats(actual: Uint8Array, expected: Uint8Array): void {
  const isSingle = expected.length === 32 + 4 * RECORDED_SAMPLES;
  const floats = ({ buffer }: Uint8Array) =>
    isSingle ? new Float32Array(buffer, 32) : new Float64Array(buffer, 32);
  const actualFloats = floats(actual);
  expect(actualFloats).toHaveLength(RECORDED_SAMPLES);
  floats(expected).forEach((value, index) => {
    expect(Math.abs((actualFloats[index] ?? Number.NaN) - value)).toBeLessThan(FLOAT_TOLERANCE);
  });
}

/** Where two packets differ first, in words; undefined where they are equal. */
function firstDifference(actual: Uint8Array, expected: Uint8Array): string | undefined {
  const length = Math.max(actual.length, expected.length);
  for (let at = 0; at < length; at += 1) {
    if (actual[at] === expected[at]) continue;
    const excerpt = (bytes: Uint8Array) => Buffer.from(bytes.subarray(at, at + 16)).toString('hex');
    return `of ${actual.length} bytes, from byte ${at}: ${excerpt(actual)} in place of ${excerpt(expected)}`;
  }
  return undefined;
}

/** A packet without what does not count: its masked bytes, and a time that was compared already. */
function blanked(
  packet: Uint8Array,
  { mask, timeFrom }: Exchange,
  departing: readonly [number, number] | undefined,
): Uint8Array {
  const bytes = packet.slice();
  for (const [start, end] of mask) bytes.fill(0, start, end);
  if (departing) bytes.fill(0, ...departing);
  if (timeFrom) bytes.fill(0, timeFrom.at, timeFrom.at + 4);
  return bytes;
}

/** All they hold is that KillClient does nothing; here it does something, and has tests of its own. */
const leftOut = /killclient/;

describe.each(['clients', 'raw'] as const)('the recorded %s', (kind) => {
  const replayed = recordings(kind).filter(({ file }) => !leftOut.test(file));
  it.each(replayed.map((recording) => [recording.file, recording] as const))(
    'get the same answers: %s',
    (_file, recording) => new Replay(recording).run(),
  );
});
