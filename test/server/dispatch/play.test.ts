// PlaySamples: when it is placed, when it waits, when it is answered, and what it is refused for.
import { describe, expect, it } from 'vitest';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { createTestServer, type TestServer } from '#test/support/dispatch';
import { seededRandom } from '#test/support/random';
import { differenceOf } from '#test/support/same-samples';
import { muLawNoise } from '#test/support/sounds';
import { byteOrders, TestClient } from '#test/support/test-client';

const CODEC = 1;
const HIFI = 2;
const BUFFER_FRAMES = 32_000;
const GUARD_FRAMES = 2_400;
const SILENCE = 0xff;

const HALF_RANGE = 2 ** 31;

/** How long until the reply comes, looked for in steps of a sixteenth of a millisecond. */
function waitedMs(server: TestServer, client: TestClient, limitMs: number): number {
  const startMs = server.time.nowMs();
  server.time.advance(0);
  for (let passedMs = 0; passedMs <= limitMs; passedMs += 1 / 16) {
    const answer = client.receive();
    if (answer?.kind === 'reply') return server.time.nowMs() - startMs;
    if (answer) throw new Error(`expected a reply, and got ${JSON.stringify(answer)}`);
    server.time.advance(1 / 16);
  }
  return Number.POSITIVE_INFINITY;
}

describe.each(byteOrders)('a play of a %s client', (_name, littleEndian) => {
  it.each([
    ['8 kHz', CODEC, 8_000, 1, 0],
    ['44.1 kHz stereo', HIFI, 44_100, 2, 2],
  ] as const)(
    'that ends 0.3 s inside the buffer at %s is answered at once, a frame later is not',
    (_rate, device, rateHz, channelCount, encoding) => {
      const server = createTestServer();
      const client = new TestClient(server, { littleEndian });
      const context = client.createContext(device);
      server.time.advance(1_000);
      const lastEnd = rateHz + 4 * rateHz - (3 * rateHz) / 10;
      const unitBytes = encoding === 2 ? 2 * channelCount : 1;
      const samples = new Uint8Array(100 * unitBytes);
      client.play(context, lastEnd - 100, samples, { channelCount, encoding });
      expect(waitedMs(server, client, 0)).toBe(0);
      client.play(context, lastEnd - 99, samples, { channelCount, encoding });
      expect(waitedMs(server, client, 10)).toBeCloseTo(1_000 / rateHz, 0.5);
    },
  );

  it('waits for as long as its end is too far ahead', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const context = client.createContext(CODEC);
    client.play(context, 3.8 * 8_000, new Uint8Array(800));
    expect(waitedMs(server, client, 1_000)).toBe(200);
    const now = client.time(context);
    client.play(context, now + 4.5 * 8_000, new Uint8Array(800));
    expect(waitedMs(server, client, 2_000)).toBe(900);
    client.play(context, client.time(context) + 40 * 8_000, new Uint8Array(800));
    expect(waitedMs(server, client, 40_000)).toBe(36_400);
  });

  it('tells the time at which all of it was taken, and the number of its request', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const context = client.createContext(CODEC);
    client.sync();
    const sequence = client.play(context, BUFFER_FRAMES, new Uint8Array(1));
    client.send('NoOperation', {});
    client.send('SyncConnection', {});
    server.time.advance(10_000);
    expect(client.reply('PlaySamples', sequence).time).toBe(GUARD_FRAMES + 1);
    client.reply('SyncConnection', sequence + 2);
  });
});

describe('a play', () => {
  it('of no samples is answered at once, wherever it lies', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    for (const startTime of [8_000, 0, 10_000_000, HALF_RANGE, HALF_RANGE + 40_001, 2 ** 32 - 1]) {
      const sequence = client.play(context, startTime, new Uint8Array(0));
      server.time.advance(0);
      expect(client.reply('PlaySamples', sequence).time).toBe(8_000);
    }
  });

  it('longer than the buffer is placed without a gap', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const listener = new TestClient(server, { littleEndian: false });
    const context = client.createContext(CODEC);
    const monitor = listener.createContext(CODEC);
    const samples = muLawNoise(65_000, 11);
    const sequence = client.play(context, 100, samples);
    const heard = new Uint8Array(samples.length);
    for (let at = 0; at < samples.length; at += 5_000) {
      server.time.advance(at === 0 ? 637.5 : 625);
      heard.set(listener.recorded(monitor, 100 + at, 5_000).samples, at);
    }
    expect(differenceOf(heard, samples)).toBeUndefined();
    expect(client.reply('PlaySamples', sequence).time).toBe(
      100 + 65_000 - BUFFER_FRAMES + GUARD_FRAMES,
    );
  });

  it('that is partly past loses that part only', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    const samples = muLawNoise(1_000, 12);
    const sequence = client.play(context, 7_600, samples);
    server.time.advance(0);
    expect(client.reply('PlaySamples', sequence).time).toBe(8_000);
    server.time.advance(1_000);
    const { samples: heard } = client.recorded(context, 7_600, 1_000);
    expect(differenceOf(heard.subarray(0, 400), new Uint8Array(400).fill(SILENCE))).toBeUndefined();
    expect(differenceOf(heard.subarray(400), samples.subarray(400))).toBeUndefined();
  });

  it('that is all past is answered at once and not heard', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    for (const startTime of [7_000, 0, 7_999 - 1_000, 8_000 - 2_147_440_000]) {
      const sequence = client.play(context, startTime, new Uint8Array(1_000));
      server.time.advance(0);
      expect(client.reply('PlaySamples', sequence).time).toBe(8_000);
    }
    expect(client.recorded(context, 0, 8_000).samples.every((code) => code === SILENCE)).toBe(true);
  });

  it('counts as future where its end is half the range of times before the end of the buffer', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const other = new TestClient(server);
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    const bufferEnd = 8_000 + BUFFER_FRAMES;
    const sequence = client.play(context, bufferEnd - HALF_RANGE - 80, new Uint8Array(80));
    server.time.advance(0);
    client.reply('PlaySamples', sequence);
    // original.md 9.2: 80 samples at now - 2^31 did not answer.
    for (const startTime of [bufferEnd - HALF_RANGE - 81, 8_000 - HALF_RANGE]) {
      const waiting = new TestClient(server);
      waiting.play(context, startTime, new Uint8Array(80));
      server.time.advance(0);
      expect(waiting.hasHeardAll()).toBe(true);
      other.sync();
      waiting.close();
    }
  });

  it('without a time reply is silent, and its errors are not', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    client.play(context, 0, new Uint8Array(100), { noTimeReply: true });
    client.play(context, BUFFER_FRAMES, new Uint8Array(100), { noTimeReply: true });
    client.sendBytes(new Uint8Array([27, 0, 1, 0]));
    server.time.advance(0);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(1_000);
    client.reply('SyncConnection');
    client.play(context, 0, new Uint8Array(100), { noTimeReply: true, channelCount: 2 });
    expect(client.error()).toMatchObject({ error: 'BadMatch', opcode: 7 });
    expect(client.hasHeardAll()).toBe(true);
  });

  it('is refused when it does not fit its context, in this order', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(HIFI);
    const refusal = (change: object, samples = 7) => {
      const sound = { channelCount: 2, encoding: 2, ...change };
      client.play(context, 0, new Uint8Array(samples), sound);
      return client.error().error;
    };
    expect(refusal({ context: 5 as never, channelCount: 9 })).toBe('BadAC');
    expect(refusal({ encoding: 0, channelCount: 1 })).toBe('BadMatch');
    expect(refusal({ channelCount: 1 })).toBe('BadMatch');
    expect(refusal({})).toBe('BadImplementation');
    expect(refusal({}, 6)).toBe('BadImplementation');
    const bytes = new Uint8Array(24);
    bytes.set([7, 0, 6, 0]);
    new DataView(bytes.buffer).setUint32(12, 8, true);
    client.sendBytes(bytes);
    expect(client.error().error).toBe('BadLength');
    client.sync();
  });

  it('that waits ends with its client', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    client.play(client.createContext(CODEC), 100_000, new Uint8Array(100));
    server.time.advance(1_000);
    client.close();
    expect(server.time.pendingTimerCount).toBe(0);
    server.time.advance(20_000);
    expect(client.hasHeardAll()).toBe(true);
    expect(server.errors).toEqual([]);
  });

  it.each([8_000, 10_000_000])(
    'that waits for time %i is BadDevice soon after its device was removed',
    (startTime) => {
      const server = createTestServer();
      const client = new TestClient(server);
      const context = client.createContext(CODEC);
      const sequence = client.play(context, startTime + BUFFER_FRAMES, new Uint8Array(100));
      server.time.advance(500);
      server.devices.remove('codec');
      server.time.advance(2_000);
      expect(client.error()).toMatchObject({ error: 'BadDevice', sequence, opcode: 7 });
      client.sync();
      expect(server.time.pendingTimerCount).toBe(0);
    },
  );

  it.each([CODEC, HIFI])('goes on where device time wraps, on device %i', (device) => {
    const server = createTestServer();
    const rateHz = server.devices.devices[device]?.rateHz ?? 0;
    server.time.advance(((2 ** 32 - rateHz) * 1_000) / rateHz);
    const client = new TestClient(server);
    const context = client.createContext(device, { encoding: encodings.MU255.id });
    const channelCount = device === HIFI ? 2 : 1;
    const now = client.time(context);
    expect(2 ** 32 - now).toBeCloseTo(rateHz, -1);
    const samples = muLawNoise(2 * rateHz * channelCount, 13).subarray(0, 65_000);
    const frameCount = samples.length / channelCount;
    const startTime = 2 ** 32 - Math.floor(frameCount / 2);
    client.play(context, startTime, samples, { channelCount });
    server.time.advance(0);
    expect(client.reply('PlaySamples').time).toBe(now);
    server.time.advance(3_000);
    expect(client.time(context)).toBe((now + 3 * rateHz) % 2 ** 32);
    client.record(context, startTime, samples.length, { channelCount });
    server.time.advance(0);
    const { samples: heard, time } = client.reply('RecordSamples');
    expect(time).toBe(frameCount - Math.floor(frameCount / 2));
    expect(differenceOf(heard, samples)).toBeUndefined();
  });
});

describe('the state of a decoder', () => {
  const stateful: readonly EncodingName[] = ['IMA', 'CRLADPCM2', 'CRLADPCM3', 'CRLADPCM4'];
  const more: readonly EncodingName[] = ['G721', 'G723', 'G722', 'GSM'];
  const UNITS = 40;

  /** What is heard of requests of so many units, each at its start. */
  function heardOf(
    encoding: EncodingName,
    pieces: readonly { readonly atFrame: number; readonly bytes: Uint8Array }[],
    frameCount: number,
  ): Uint8Array {
    const server = createTestServer();
    const client = new TestClient(server);
    const { id } = encodings[encoding];
    const context = client.createContext(CODEC, { encoding: id });
    for (const { atFrame, bytes } of pieces) {
      client.play(context, atFrame, bytes, { encoding: id });
      server.time.advance(0);
      client.reply('PlaySamples');
    }
    server.time.advance(3_900);
    const monitor = client.createContext(CODEC);
    return client.recorded(monitor, 0, frameCount).samples;
  }

  it.each([...stateful, ...more])(
    'goes on from request to request, and starts afresh elsewhere: %s',
    (encoding) => {
      const { bytesPerUnit, samplesPerUnit } = encodings[encoding];
      const random = seededRandom(14);
      const bytes = Uint8Array.from({ length: UNITS * bytesPerUnit }, (_, at) =>
        encoding === 'GSM' && at % bytesPerUnit === 0 ? 0xd0 | random(16) : random(256),
      );
      const frameCount = UNITS * samplesPerUnit;
      const whole = heardOf(encoding, [{ atFrame: 0, bytes }], frameCount);
      const pieces: { atFrame: number; bytes: Uint8Array }[] = [];
      for (let unit = 0; unit < UNITS; ) {
        const count = Math.min(1 + random(9), UNITS - unit);
        pieces.push({
          atFrame: unit * samplesPerUnit,
          bytes: bytes.subarray(unit * bytesPerUnit, (unit + count) * bytesPerUnit),
        });
        unit += count;
      }
      expect(differenceOf(heardOf(encoding, pieces, frameCount), whole)).toBeUndefined();

      const again = [0, frameCount + 1].map((atFrame) => ({ atFrame, bytes }));
      const both = heardOf(encoding, again, 2 * frameCount + 1);
      expect(differenceOf(both.subarray(0, frameCount), whole)).toBeUndefined();
      expect(both[frameCount]).toBe(SILENCE);
      expect(differenceOf(both.subarray(frameCount + 1), whole)).toBeUndefined();

      // Without the jump the second time sounds different, which shows that there is a state at all.
      const joined = [0, frameCount].map((atFrame) => ({ atFrame, bytes }));
      const second = heardOf(encoding, joined, 2 * frameCount).subarray(frameCount);
      expect(differenceOf(second, whole)).toBeDefined();
    },
  );
});
