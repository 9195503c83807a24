// RecordSamples: what there is of the past and the future, with and without waiting, and what it is refused for.
import { describe, expect, it } from 'vitest';
import { codecFor } from '#shared/audio/encodings/codecs';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { createTestServer } from '#test/support/dispatch';
import { differenceOf } from '#test/support/same-samples';
import { bytesOf16, muLawNoise, noise16, samplesOf16, sine16 } from '#test/support/sounds';
import { byteOrders, TestClient } from '#test/support/test-client';

const CODEC = 1;
const HIFI = 2;
const SILENCE = 0xff;
const usable = (Object.keys(encodings) as EncodingName[]).filter((name) => codecFor(name));
const stateful: readonly EncodingName[] = [
  ...(['IMA', 'CRLADPCM2', 'CRLADPCM3', 'CRLADPCM4'] as const),
  ...(['G721', 'G723', 'G722', 'GSM'] as const),
];

/** A server on whose codec device a sound was played from time 0 on, after so long. */
function serverWithSound(samples: Uint8Array, nowMs: number) {
  const server = createTestServer();
  const client = new TestClient(server);
  const context = client.createContext(CODEC);
  client.play(context, 0, samples);
  server.time.advance(nowMs);
  client.reply('PlaySamples');
  return { server, client, context };
}

describe.each(byteOrders)('a record that does not block, of a %s client', (_name, littleEndian) => {
  it.each(usable)(
    'gives the whole units that there are, and where the next one should start: %s',
    (encoding) => {
      const { bytesPerUnit, samplesPerUnit, id } = encodings[encoding];
      for (const [device, channelCount] of [
        [CODEC, 1],
        [HIFI, 2],
      ] as const) {
        const server = createTestServer();
        const client = new TestClient(server, { littleEndian });
        const context = client.createContext(device, { encoding: id });
        server.time.advance(125.4);
        const units = Math.floor((client.time(context) - 3) / samplesPerUnit);
        expect(units).toBeGreaterThan(5);
        const unitBytes = bytesPerUnit * channelCount;
        const format = { encoding: id, channelCount };
        const { time, samples } = client.recorded(context, 3, (units + 10) * unitBytes, format);
        expect(samples).toHaveLength(units * unitBytes);
        expect(time).toBe(3 + units * samplesPerUnit);
        const none = client.recorded(context, time, unitBytes, format);
        expect(none).toEqual({ time, samples: new Uint8Array(0) });
      }
    },
  );

  it('gives nothing of what has not come', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    for (const start of [8_000, 8_001, 100_000, 8_000 + 2 ** 31 - 1]) {
      expect(client.recorded(context, start, 100)).toEqual({
        time: start,
        samples: new Uint8Array(0),
      });
    }
    expect(client.recorded(context, 7_999, 100).samples).toHaveLength(1);
  });

  it('is answered at once when it asks for nothing', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const context = client.createContext(CODEC);
    for (const block of [false, true]) {
      for (const start of [0, 1_000_000, 2 ** 31]) {
        const answer = client.recorded(context, start, 0, { block });
        expect(answer).toEqual({ time: start, samples: new Uint8Array(0) });
      }
    }
  });

  it('honours the byte order that it asks for', () => {
    const server = createTestServer();
    const client = new TestClient(server, { littleEndian });
    const context = client.createContext(HIFI);
    const sound = noise16(2_000, 21, 10_000);
    const format = { channelCount: 2, encoding: 2 };
    client.play(context, 0, bytesOf16(sound, true), { ...format, bigEndianSamples: true });
    server.time.advance(100);
    client.reply('PlaySamples');
    const little = client.recorded(context, 0, 4_000, format).samples;
    const big = client.recorded(context, 0, 4_000, { ...format, bigEndianSamples: true }).samples;
    expect(differenceOf(samplesOf16(little), sound)).toBeUndefined();
    expect(differenceOf(samplesOf16(big, true), sound)).toBeUndefined();
  });
});

describe('a record', () => {
  it('of what is older than the buffer is silence', () => {
    const sound = muLawNoise(40_000, 22);
    const { server, client, context } = serverWithSound(sound, 5_000);
    const { samples, time } = client.recorded(context, 0, 40_000);
    expect(time).toBe(40_000);
    const silence = new Uint8Array(8_000).fill(SILENCE);
    expect(differenceOf(samples.subarray(0, 8_000), silence)).toBeUndefined();
    expect(differenceOf(samples.subarray(8_000), sound.subarray(8_000))).toBeUndefined();
    server.time.advance(1_000_000);
    for (const start of [0, 40_000, 8_040_000 - 2 ** 31]) {
      const old = client.recorded(context, start, 1_000);
      expect(old.time).toBe((start + 1_000) >>> 0);
      expect(differenceOf(old.samples, new Uint8Array(1_000).fill(SILENCE))).toBeUndefined();
    }
  });

  it.each(['ALAW', 'LIN16', 'IMA', 'IEEED'] as const)(
    'of silence is what silence is in %s',
    (encoding) => {
      const server = createTestServer();
      const client = new TestClient(server);
      const { id, bytesPerUnit } = encodings[encoding];
      const context = client.createContext(CODEC, { encoding: id });
      server.time.advance(1_000);
      const { samples } = client.recorded(context, 0, 100 * bytesPerUnit, { encoding: id });
      const unit = codecFor(encoding)?.silence ?? new Uint8Array(0);
      const silence = Uint8Array.from(
        { length: samples.length },
        (_, at) => unit[at % bytesPerUnit] ?? 0,
      );
      expect(differenceOf(samples, silence)).toBeUndefined();
    },
  );

  it('that blocks comes when its last sample is surely there, with the time of then', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    server.time.advance(1_000);
    const sequence = client.record(context, 8_000, 800, { block: true });
    server.time.advance(103.9);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(0.2);
    const { time, samples } = client.reply('RecordSamples', sequence);
    expect(time).toBe(8_832);
    expect(samples).toHaveLength(800);
  });

  it('that blocks waits for what lies far ahead, and then for all of it', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const player = new TestClient(server);
    const context = client.createContext(CODEC);
    client.record(context, 800_000, 800, { block: true });
    server.time.advance(99_000);
    const sound = muLawNoise(800, 23);
    player.play(player.createContext(CODEC), 800_000, sound);
    server.time.advance(1_103);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(1.5);
    expect(differenceOf(client.reply('RecordSamples').samples, sound)).toBeUndefined();
  });

  it('that blocks and is longer than the buffer has everything', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const player = new TestClient(server, { littleEndian: false });
    const context = client.createContext(CODEC);
    const sound = muLawNoise(80_000, 24);
    const playing = player.createContext(CODEC);
    for (let at = 0; at < 80_000; at += 8_000) {
      player.play(playing, at, sound.subarray(at, at + 8_000), { noTimeReply: true });
    }
    client.record(context, 0, 80_000, { block: true });
    server.time.advance(10_003);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(2);
    expect(differenceOf(client.reply('RecordSamples').samples, sound)).toBeUndefined();
  });

  it('that blocks is BadDevice soon after its device was removed', () => {
    for (const start of [0, 800_000_000]) {
      const server = createTestServer();
      const client = new TestClient(server);
      const context = client.createContext(CODEC);
      const sequence = client.record(context, start, 80_000, { block: true });
      server.time.advance(500);
      server.devices.remove('codec');
      server.time.advance(2_004);
      expect(client.error()).toMatchObject({ error: 'BadDevice', sequence, opcode: 8 });
      client.sync();
      expect(server.time.pendingTimerCount).toBe(0);
    }
  });

  it('past the limit of a reply is refused, and at the limit it is not', () => {
    const server = createTestServer({ limits: { recordReplyBytes: 1_000 } });
    const client = new TestClient(server);
    const context = client.createContext(CODEC);
    for (const block of [false, true]) {
      for (const byteCount of [1_001, 2 ** 31, 2 ** 32 - 1]) {
        client.record(context, 0, byteCount, { block });
        expect(client.error()).toMatchObject({ error: 'BadImplementation', opcode: 8 });
      }
    }
    server.time.advance(1_000);
    expect(client.recorded(context, 0, 1_000).samples).toHaveLength(1_000);
  });

  it('is refused when it does not fit its context, in this order', () => {
    const client = new TestClient(createTestServer());
    const context = client.createContext(HIFI);
    const refusal = (change: object, byteCount = 7) => {
      client.record(context, 0, byteCount, { channelCount: 2, encoding: 2, ...change });
      return client.error().error;
    };
    expect(refusal({ context: 5 as never, channelCount: 9 })).toBe('BadAC');
    expect(refusal({ encoding: 0, channelCount: 1 })).toBe('BadMatch');
    expect(refusal({ channelCount: 1 })).toBe('BadMatch');
    expect(refusal({})).toBe('BadImplementation');
    expect(refusal({}, 6)).toBe('BadImplementation');
  });

  it('goes on where device time wraps', () => {
    const server = createTestServer();
    server.time.advance((2 ** 32 - 8_000) / 8);
    const client = new TestClient(server, { littleEndian: false });
    const context = client.createContext(CODEC);
    const sound = muLawNoise(2_000, 25);
    client.play(context, 2 ** 32 - 1_000, sound);
    client.reply('PlaySamples');
    client.record(context, 2 ** 32 - 1_000, 2_000, { block: true });
    server.time.advance(1_125 + 4);
    const { time, samples } = client.reply('RecordSamples');
    expect(time).toBe(1_032);
    expect(differenceOf(samples, sound)).toBeUndefined();
    expect(client.recorded(context, 2 ** 32 - 500, 500).time).toBe(0);
    expect(client.recorded(context, 2 ** 32 - 500, 5_000).time).toBe(1_032);
  });
});

describe('the state of an encoder', () => {
  const sound = bytesOf16(sine16(16_000, { rateHz: 8_000, hertz: 440, amplitude: 12_000 }));

  function listeningClient(encoding: EncodingName) {
    const server = createTestServer();
    const client = new TestClient(server);
    const playing = client.createContext(CODEC, { encoding: encodings.LIN16.id });
    client.play(playing, 0, sound, { encoding: encodings.LIN16.id });
    server.time.advance(2_000);
    client.reply('PlaySamples');
    const { id } = encodings[encoding];
    const context = client.createContext(CODEC, { encoding: id });
    return {
      units(startFrame: number, unitCount: number): Uint8Array {
        const byteCount = unitCount * encodings[encoding].bytesPerUnit;
        return client.recorded(context, startFrame, byteCount, { encoding: id }).samples;
      },
    };
  }

  it.each(stateful)(
    'goes on from request to request, and starts afresh elsewhere: %s',
    (encoding) => {
      const { samplesPerUnit, bytesPerUnit } = encodings[encoding];
      const UNITS = 40;
      const whole = listeningClient(encoding).units(0, UNITS);
      const listener = listeningClient(encoding);
      const pieces = [7, 1, 12, 20];
      let unit = 0;
      for (const count of pieces) {
        const expected = whole.subarray(unit * bytesPerUnit, (unit + count) * bytesPerUnit);
        const heard = listener.units(unit * samplesPerUnit, count);
        expect(differenceOf(heard, expected)).toBeUndefined();
        unit += count;
      }
      // A jump back starts as a new stream does; the middle of one sounds different afresh.
      expect(differenceOf(listener.units(0, UNITS), whole)).toBeUndefined();
      const afresh = listener.units(20 * samplesPerUnit, 20);
      expect(differenceOf(afresh, whole.subarray(20 * bytesPerUnit))).toBeDefined();
    },
  );

  it('goes on after a record that gave less than was asked', () => {
    const whole = listeningClient('IMA').units(0, 8_000);
    const listener = listeningClient('IMA');
    const first = listener.units(0, 6_000);
    const second = listener.units(12_000, 100_000);
    expect(second).toHaveLength(2_000);
    expect(differenceOf([...first, ...second], whole)).toBeUndefined();
  });
});
