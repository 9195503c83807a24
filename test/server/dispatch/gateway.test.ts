// The GATEWAY extension: what this server adds, for those who ask.
import { describe, expect, it } from 'vitest';
import { encodings } from '#shared/protocol/encodings';
import type { ContextId } from '#shared/protocol/ids';
import { fitTone } from '#test/shared/audio/tone-fit';
import { createTestServer, type TestServerOptions } from '#test/support/dispatch';
import { lofiDevices } from '#test/support/lofi-devices';
import { differenceOf } from '#test/support/same-samples';
import { bytesOf16, samplesOf16, sine16 } from '#test/support/sounds';
import { byteOrders, TestClient } from '#test/support/test-client';

const GATEWAY_OPCODE = 129;

function createServer(options: TestServerOptions = {}) {
  return createTestServer({ extensions: ['AFTime', 'GATEWAY'], ...options });
}

describe.each(byteOrders)('GATEWAY for a %s client', (_name, littleEndian) => {
  const create = (options?: TestServerOptions) => {
    const server = createServer(options);
    return { server, client: new TestClient(server, { littleEndian }) };
  };

  it('is found by its name', () => {
    const { client } = create();
    expect(client.ask('QueryExtension', { name: 'GATEWAY' })).toEqual({
      present: 1,
      opcode: GATEWAY_OPCODE,
      firstEvent: 0,
      firstError: 0,
    });
    expect(client.ask('QueryExtension', { name: 'gateway' }).present).toBe(0);
    const { extensions } = client.ask('ListExtensions', {});
    expect(extensions).toEqual([{ name: 'AFTime' }, { name: 'GATEWAY' }]);
    expect(client.askGateway('QueryVersion', {})).toEqual({ version: 1 });
  });

  it('names devices in the order of the set-up, with those that are gone', () => {
    const [phone, , hifi] = lofiDevices('loop');
    if (!phone || !hifi) throw new Error('devices are missing');
    const devices = [phone, { ...hifi, name: 'Küche 厨房' }];
    const { server, client } = create({ devices });
    server.devices.remove('phone');
    server.devices.add({ ...phone, name: 'later' });
    const listed = client.askGateway('ListDeviceNames', {}).devices;
    const names = listed.map(({ name }) => Buffer.from(name, 'latin1').toString('utf8'));
    expect(names).toEqual(['phone', 'Küche 厨房', 'left', 'right']);
    expect(listed.map(({ isRemoved }) => isRemoved)).toEqual([1, 0, 0, 0]);
    const newer = new TestClient(server, { littleEndian });
    const seen = newer.askGateway('ListDeviceNames', {}).devices;
    expect(seen.map(({ name }) => name).slice(1)).toEqual(['left', 'right', 'later']);
  });

  it("tells the times of all devices together with the server's clock", () => {
    const { server, client } = create();
    server.time.advance(600_000_000.25);
    const { monotonicMicroseconds, devices } = client.askGateway('GetDeviceTimes', {});
    expect(monotonicMicroseconds).toBe(600_001_000_250);
    const elapsedMs = 600_000_000.25;
    expect(devices.map(({ time }) => time)).toEqual(
      [8, 8, 44.1, 44.1, 44.1].map((rate) => Math.floor(elapsedMs * rate) % 2 ** 32),
    );
  });

  it('refuses with its own opcode and the minor one', () => {
    const { client } = create();
    const nobody = 0x77 as ContextId;
    client.sendGateway('SetContextRate', { context: nobody, rateHz: 8_000 });
    expect(client.error()).toMatchObject({
      error: 'BadAC',
      value: 0x77,
      opcode: GATEWAY_OPCODE,
      minorOpcode: 3,
    });
    const context = client.createContext(1);
    for (const rateHz of [1, 3_999, 192_001, 0xffff_ffff]) {
      client.sendGateway('SetContextRate', { context, rateHz });
      expect(client.error()).toMatchObject({ error: 'BadValue', value: rateHz, minorOpcode: 3 });
    }
    const unit = littleEndian ? [1, 0] : [0, 1];
    client.sendBytes(Uint8Array.of(GATEWAY_OPCODE, 3, ...unit));
    expect(client.error()).toMatchObject({ error: 'BadLength', minorOpcode: 3 });
    client.sendBytes(Uint8Array.of(GATEWAY_OPCODE, 200, ...unit));
    expect(client.error()).toMatchObject({
      error: 'BadRequest',
      opcode: GATEWAY_OPCODE,
      minorOpcode: 200,
    });
    client.sendBytes(Uint8Array.of(GATEWAY_OPCODE + 1, 200, ...unit));
    expect(client.error()).toMatchObject({ error: 'BadRequest', minorOpcode: 0 });
    client.sync();
  });

  it('tells what every client did', () => {
    const { server, client } = create();
    const other = new TestClient(server, { littleEndian: !littleEndian });
    const context = other.createContext(1);
    other.createContext(2);
    server.time.advance(1_000);
    other.play(context, 8_000, new Uint8Array(100));
    other.play(context, 7_900, new Uint8Array(50));
    other.receiveAll();
    // Of a thousand bytes only these are there.
    expect(other.recorded(context, 7_900, 1_000).samples).toHaveLength(100);
    other.refusal('GetTime', { context: 1 as ContextId });
    const { clients } = client.askGateway('ListClients', {});
    expect(clients).toHaveLength(2);
    expect(clients[1]).toEqual({
      resourceIdBase: other.resourceIdBase,
      contextCount: 2,
      isBigEndian: littleEndian ? 1 : 0,
      peer: '127.0.0.1:1024',
      requestCount: other.sequence,
      errorCount: 1,
      playedByteCount: 150,
      recordedByteCount: 100,
      latePlayCount: 1,
    });
    other.close();
    expect(client.askGateway('ListClients', {}).clients).toMatchObject([{ playedByteCount: 0 }]);
  });
});

describe('a client that does not ask for GATEWAY', () => {
  it('gets the very bytes that it gets without', () => {
    const [without, with_] = [[], ['GATEWAY']].map((extensions) => {
      const server = createTestServer({ extensions, nameProperties: true });
      const { connection, setup } = new TestClient(server);
      connection.send(Uint8Array.of(18, 0, 1, 0, 128, 9, 1, 0, 200, 9, 1, 0));
      const rest = [1, 2].map(() => connection.receive());
      return { setup, rest: rest.map((packet) => packet && Array.from(packet)) };
    });
    expect(with_?.setup).toEqual(without?.setup);
    expect(with_?.rest[0]).toEqual(without?.rest[0]);
  });

  it('and asks a server without it is told that there is none', () => {
    const client = new TestClient(createTestServer());
    expect(client.ask('QueryExtension', { name: 'GATEWAY' }).present).toBe(0);
    expect(client.ask('ListExtensions', {}).extensions).toEqual([]);
    client.sendBytes(Uint8Array.of(128, 3, 1, 0));
    expect(client.error()).toMatchObject({ error: 'BadRequest', opcode: 128, minorOpcode: 0 });
  });
});

describe('a context with a rate of its own', () => {
  const LIN16 = { encoding: encodings.LIN16.id };
  const SECONDS = 3;
  const AMPLITUDE = 10_000;

  /** Devices of 8 and 48 kHz, in 16 bits so that only the resampler counts, that hear themselves. */
  const devices = [8_000, 48_000].map((rateHz) => {
    const [, codec] = lofiDevices('loop');
    if (!codec) throw new Error('devices are missing');
    const { passThroughWith: _, ...rest } = codec;
    return { ...rest, name: `at${rateHz}`, rateHz, encoding: 'LIN16' as const };
  });

  function createRated(device: number, rateHz: number) {
    const server = createServer({ devices });
    server.time.advance(17.3);
    const client = new TestClient(server);
    const context = client.createContext(device);
    const oldRateHz = client.askGateway('SetContextRate', { context, rateHz: 0 }).newRateHz;
    expect(client.askGateway('SetContextRate', { context, rateHz })).toEqual({
      oldRateHz,
      newRateHz: rateHz,
    });
    return { server, client, context };
  }

  it.each([
    [0, 44_100],
    [0, 16_000],
    [0, 8_000],
    [1, 44_100],
    [1, 16_000],
    [1, 8_000],
    [1, 192_000],
  ])('on device %i plays and records at %i Hz without a seam', (device, rateHz) => {
    const { server, client, context } = createRated(device, rateHz);
    const hertz = 997;
    const sound = sine16(SECONDS * rateHz, { rateHz, hertz, amplitude: AMPLITUDE });
    const startTime = client.time(context) + Math.floor(rateHz / 10);
    // Requests of any length, each where the last one ended.
    const lengths = [1, 7, 441, 1_024, 3_000, 777, 8_000];
    let sent = 0;
    for (let request = 0; sent < sound.length; request += 1) {
      const count = lengths[request % lengths.length] ?? 1;
      const bytes = bytesOf16(sound.subarray(sent, sent + count));
      client.play(context, startTime + sent, bytes, { ...LIN16, noTimeReply: true });
      sent += count;
    }
    // What is there is fetched at odd moments, each time from where the last one ended.
    const heard: number[] = [];
    let next = startTime;
    while (heard.length < 0.8 * sound.length) {
      server.time.advance(333.7);
      const { samples, time } = client.recorded(context, next, 2 * rateHz, LIN16);
      const frames = samplesOf16(samples);
      expect(time - next).toBe(frames.length);
      for (const frame of frames) heard.push(frame);
      next = time;
    }
    // Filters need a moment at the start; after it all of it is the sine.
    const settled = Int16Array.from(heard.slice(rateHz / 10, 0.8 * sound.length));
    const { snrDb, levelDb } = fitTone(settled, hertz, rateHz);
    expect(snrDb).toBeGreaterThan(65);
    expect(10 ** (levelDb / 20) / AMPLITUDE).toBeCloseTo(1, 2);
    expect(server.errors).toEqual([]);
  });

  it('sounds on the device when its time says, and as long as it should', () => {
    const { server, client, context } = createRated(1, 16_000);
    const device = client.createContext(1);
    const startTime = client.time(context) + 1_600;
    const click = new Int16Array(16_000).fill(AMPLITUDE);
    client.play(context, startTime, bytesOf16(click), LIN16);
    server.time.advance(2_000);
    client.reply('PlaySamples');
    const from = startTime * 3 - 4_800;
    const heard = samplesOf16(client.recorded(device, from, 2 * 57_600, LIN16).samples);
    const loud = (sample: number) => Math.abs(sample) > AMPLITUDE / 2;
    expect(Math.abs(heard.findIndex(loud) - 4_800)).toBeLessThan(4);
    // The last half of the kernel waits for what follows.
    expect(heard.filter(loud).length).toBeGreaterThan(48_000 - 64);
    expect(heard.filter(loud).length).toBeLessThan(48_000 + 4);
    expect(heard.slice(0, 4_700).every((sample) => sample === 0)).toBe(true);
  });

  it.each([
    [0, 44_100],
    [1, 8_000],
    [1, 44_100],
  ])('on device %i counts its window in its own samples: %i Hz', (device, rateHz) => {
    const { server, client, context } = createRated(device, rateHz);
    const now = client.time(context);
    const deviceRateHz = devices[device]?.rateHz ?? 0;
    const deviceNow = Math.floor(17.3e-3 * deviceRateHz);
    expect(now).toBe(Math.floor((deviceNow * rateHz) / deviceRateHz));
    const lastEnd = now + 4 * rateHz - (3 * rateHz) / 10;
    client.play(context, lastEnd - 100, new Uint8Array(200), LIN16);
    server.time.advance(0);
    expect(client.reply('PlaySamples').time).toBe(now);
    const half = Math.floor(rateHz / 2);
    client.play(context, lastEnd, new Uint8Array(2 * half), LIN16);
    server.time.advance(499);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(1.2);
    expect(client.reply('PlaySamples').time - now - half).toBeLessThan(10);
  });

  it('blocks a record until its own samples are there', () => {
    const { server, client, context } = createRated(1, 8_000);
    const now = client.time(context);
    client.record(context, now, 2 * 8_000, { ...LIN16, block: true });
    server.time.advance(1_003);
    expect(client.hasHeardAll()).toBe(true);
    server.time.advance(2);
    expect(client.reply('RecordSamples').samples).toHaveLength(16_000);
  });

  it('cuts its requests in smaller slices where the device has more samples for them', () => {
    const { server, client, context } = createRated(1, 4_000);
    server.time.advance(4_000);
    const { stream } = server.dispatch.server.contexts.get(context) ?? {};
    expect(stream?.sliceUnits).toBe(Math.floor(8_192 / 12));
    expect(client.recorded(context, 0, 32_000, LIN16).samples).toHaveLength(32_000);
  });

  it('is as others are again at the rate of its device', () => {
    const { server, client, context } = createRated(0, 44_100);
    client.askGateway('SetContextRate', { context, rateHz: 8_000 });
    const plain = client.createContext(0);
    expect(client.time(context)).toBe(client.time(plain));
    const sound = bytesOf16(sine16(1_000, { rateHz: 8_000, hertz: 440, amplitude: AMPLITUDE }));
    client.play(context, 1_000, sound, LIN16);
    server.time.advance(1_000);
    client.reply('PlaySamples');
    const heard = client.recorded(context, 1_000, 2_000, LIN16).samples;
    expect(differenceOf(heard, sound)).toBeUndefined();
  });

  it('works on both channels of a stereo device, from any moment on', () => {
    const server = createServer();
    const client = new TestClient(server);
    const context = client.createContext(2);
    client.askGateway('SetContextRate', { context, rateHz: 8_000 });
    const left = sine16(16_000, { rateHz: 8_000, hertz: 440, amplitude: AMPLITUDE });
    const right = sine16(16_000, { rateHz: 8_000, hertz: 1_234, amplitude: AMPLITUDE });
    const both = Int16Array.from({ length: 32_000 }, (_, at) =>
      at % 2 === 0 ? (left[at >> 1] as number) : (right[at >> 1] as number),
    );
    const stereo = { ...LIN16, channelCount: 2 };
    client.play(context, 100, bytesOf16(both.subarray(0, 16_000)), stereo);
    client.play(context, 8_100, bytesOf16(both.subarray(16_000)), stereo);
    server.time.advance(2_200);
    client.receiveAll();
    const heard = samplesOf16(client.recorded(context, 1_000, 4 * 15_000, stereo).samples);
    const channel = (first: number) => heard.filter((_, at) => at % 2 === first);
    expect(fitTone(channel(0), 440, 8_000).snrDb).toBeGreaterThan(65);
    expect(fitTone(channel(1), 1_234, 8_000).snrDb).toBeGreaterThan(65);
  });
});
