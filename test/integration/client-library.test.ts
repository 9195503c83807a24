// The client library against a whole gateway, over both doors and in both byte orders.
import { describe, expect, it } from 'vitest';
import { AudioFileError, ConnectionError, extensions, predefinedAtoms } from '#shared/client/index';
import { byteOrders } from '#test/support/byte-builder';
import { seededRandom } from '#test/support/random';
import type { Door } from './support/clients.ts';
import { startTestGateway } from './support/gateway.ts';
import { durationMs } from './support/waiting.ts';

const doors: readonly Door[] = ['TCP', 'UNIX'];
const ways = doors.flatMap((door) => byteOrders.map((byteOrder) => ({ door, byteOrder })));

const CODEC = 1;
const HIFI = 2;
const PHONE = 0;
const MONITOR = 0b10;
const MICROPHONES = 0b01;

/** Mu-law codes but for the one that mixes as another of the same value: 7F is a second zero. */
function randomMuLaw(byteCount: number): Uint8Array {
  const random = seededRandom(byteCount);
  return Uint8Array.from({ length: byteCount }, () => {
    const code = random(256);
    return code === 0x7f ? 0xff : code;
  });
}

function randomBytes(byteCount: number): Uint8Array {
  const random = seededRandom(byteCount);
  return Uint8Array.from({ length: byteCount }, () => random(256));
}

async function errorOf(promise: Promise<unknown>): Promise<AudioFileError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AudioFileError)) throw new Error(`no AudioFileError, but ${error}`);
  return error;
}

describe.concurrent.each(ways)('over $door in $byteOrder-endian order', (way) => {
  it('shows five devices by their names', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const names = await Promise.all(
      client.devices.map(async (device) => {
        const context = await client.createContext(device);
        return context.properties.getString('DEVICE_NAME');
      }),
    );
    expect(names).toEqual(['phone', 'codec', 'hifi', 'left', 'right']);
    expect(client.devices.map(({ playRateHz }) => playRateHz)).toEqual([
      8_000, 8_000, 48_000, 48_000, 48_000,
    ]);
  });

  it('records with the monitor exactly what was played, in mu-law and in 16-bit stereo', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const isBigEndian = way.byteOrder === 'big';
    const sounds = [
      { device: CODEC, samples: randomMuLaw(3_200), rateHz: 8_000 },
      { device: HIFI, samples: randomBytes(4 * 19_200), rateHz: 48_000 },
    ];
    await Promise.all(
      sounds.map(async ({ device, samples, rateHz }) => {
        const context = await client.createContext(device);
        await context.controls.enableInputs(MONITOR);
        await context.controls.disableInputs(MICROPHONES);
        const startTime = (await context.getTime()) + rateHz / 2;
        await context.play({ startTime, samples, isBigEndian });
        const recorder = await (await connect(way)).createContext(device);
        const recorded = await recorder.record({
          startTime,
          byteCount: samples.length,
          isBigEndian,
        });
        expect(Buffer.from(recorded.samples).equals(samples)).toBe(true);
      }),
    );
  });

  it('shares properties, atoms and their events between two clients', async (test) => {
    const { connect } = await startTestGateway(test);
    const [one, other] = [await connect(way), await connect({})];
    const context = await one.createContext(CODEC);
    const watcher = await other.createContext(CODEC);
    const events = watcher.events(['Property']);
    await other.sync();
    await context.properties.setString('GREETING', 'good morning');
    await context.properties.setCardinals('NUMBERS', [1, 0xffff_ffff]);
    await context.properties.change(
      'SHORTS',
      { type: predefinedAtoms.INTEGER, data: Uint16Array.of(1, 0x8000) },
      'append',
    );
    const property = await other.atoms.find('GREETING');
    expect((await events.next()).value).toMatchObject({
      event: 'Property',
      device: CODEC,
      property,
      change: 'newValue',
    });
    expect(await watcher.properties.getString('GREETING')).toBe('good morning');
    expect(await watcher.properties.getCardinals('NUMBERS')).toEqual([1, 0xffff_ffff]);
    expect((await watcher.properties.get('SHORTS'))?.data).toEqual(Uint16Array.of(1, 0x8000));
    await watcher.properties.delete('GREETING');
    expect(await context.properties.names()).not.toContain('GREETING');
    expect((await errorOf(one.atoms.nameOf(9_999 as never))).errorName).toBe('BadAtom');
  });

  it('sets gains, inputs, outputs and pass-through, and refuses what is out of range', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const { controls } = await client.createContext(HIFI);
    await controls.setInputGain(5);
    await controls.setOutputGain(-12);
    expect(await controls.inputGain()).toMatchObject({ gainDb: 5, minGainDb: 0, maxGainDb: 24 });
    expect(await controls.outputGain()).toMatchObject({ gainDb: -12 });
    expect((await errorOf(controls.setOutputGain(-71))).errorName).toBe('BadValue');
    expect(await controls.enableInputs(MONITOR)).toEqual({ oldMask: 0b01, newMask: 0b11 });
    expect(await controls.disableInputs(MICROPHONES)).toEqual({ oldMask: 0b11, newMask: 0b10 });
    expect((await errorOf(controls.enableOutputs(0b10_0000))).errorName).toBe('BadValue');
    expect(await controls.setPassThrough(true)).toBe(false);
    expect(await controls.passThrough()).toBe(true);
    expect(await controls.setPassThrough(false)).toBe(true);
    expect(await controls.setGainControl(true)).toBe(false);
    expect(await controls.setGainControl(false)).toBe(true);
  });

  it('lists and changes hosts', async (test) => {
    const { connect } = await startTestGateway(test);
    const { hosts } = await connect(way);
    await hosts.add('10.1.2.3');
    expect(await hosts.list()).toMatchObject({ isEnabled: true });
    expect((await hosts.list()).hosts[0]).toMatchObject({ family: 0, text: '10.1.2.3' });
    await hosts.remove('10.1.2.3');
    await hosts.setAccessControl(false);
    const { isEnabled, hosts: left } = await hosts.list();
    expect(isEnabled).toBe(false);
    expect(left.map(({ text }) => text)).toContain('127.0.0.1');
    expect(left.map(({ text }) => text)).not.toContain('10.1.2.3');
  });

  it('picks the telephone up and hangs it up, and tells who asked for events', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const context = await client.createContext(PHONE);
    const events = context.events(['PhoneHookSwitch']);
    await client.sync();
    await context.phone.pickUp();
    expect((await events.next()).value).toMatchObject({ event: 'PhoneHookSwitch', state: 1 });
    expect(await context.phone.state()).toMatchObject({ isOffHook: true });
    await context.phone.hangUp();
    expect((await events.next()).value).toMatchObject({ event: 'PhoneHookSwitch', state: 0 });
    expect((await context.phone.state()).isOffHook).toBe(false);
    const codec = await client.createContext(CODEC);
    expect((await errorOf(codec.phone.pickUp())).errorName).toBe('BadDevice');
  });

  it('has the extensions AFTime and GATEWAY', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    expect(await client.extensions.list()).toEqual(['AFTime', 'GATEWAY']);
    const aftime = await client.extensions.open(extensions.aftime);
    const gateway = await client.extensions.open(extensions.gateway);
    if (!aftime || !gateway) throw new Error('an extension is missing');
    const nowMs = Date.now() % 2 ** 32;
    expect(Math.abs((await aftime.ask('AFTime', {})).wallClockMs - nowMs)).toBeLessThan(5_000);
    expect(await gateway.ask('QueryVersion', {})).toEqual({ version: 1 });
    const { devices } = await gateway.ask('ListDeviceNames', {});
    expect(devices.map(({ name }) => name)).toEqual(['phone', 'codec', 'hifi', 'left', 'right']);

    const context = await client.createContext(CODEC);
    const before = await context.getTime();
    const times = (await gateway.ask('GetDeviceTimes', {})).devices;
    const after = await context.getTime();
    expect(times[CODEC]?.time).toBeGreaterThanOrEqual(before);
    expect(times[CODEC]?.time).toBeLessThanOrEqual(after);
    expect(times[HIFI]?.time).toBe(times[HIFI + 1]?.time);

    const { clients } = await gateway.ask('ListClients', {});
    expect(clients).toHaveLength(1);
    expect(clients[0]).toMatchObject({
      contextCount: 1,
      isBigEndian: way.byteOrder === 'big' ? 1 : 0,
      peer: way.door === 'UNIX' ? 'unix' : expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  it('gives a context a rate of its own, in which its times and sounds count', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const gateway = await client.extensions.open(extensions.gateway);
    if (!gateway) throw new Error('GATEWAY is missing');
    const context = await client.createContext(HIFI);
    const plain = await client.createContext(HIFI);
    const reply = await gateway.ask('SetContextRate', { context: context.id, rateHz: 16_000 });
    expect(reply).toEqual({ oldRateHz: 48_000, newRateHz: 16_000 });
    const [ownTime, deviceTime] = await Promise.all([context.getTime(), plain.getTime()]);
    expect(Math.abs(3 * ownTime - deviceTime)).toBeLessThan(4_800);

    await context.controls.enableInputs(MONITOR);
    const level = 8_192;
    const startTime = (await context.getTime()) + 8_000;
    const samples = new Uint8Array(Int16Array.from({ length: 6_400 }, () => level).buffer);
    await context.play({ startTime, samples });
    const { samples: bytes } = await context.record({ startTime, byteCount: samples.length });
    const heard = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    // The resamplers settle within their filters' length at both ends.
    const settled = heard.subarray(1_000, heard.length - 1_000);
    expect(Math.min(...settled)).toBeGreaterThan(level - 40);
    expect(Math.max(...settled)).toBeLessThan(level + 40);
    const bad = gateway.ask('SetContextRate', { context: context.id, rateHz: 1 });
    expect((await errorOf(bad)).errorName).toBe('BadValue');
  });

  it('records what there is at once, and waits for what is to come', async (test) => {
    const { connect } = await startTestGateway(test);
    const client = await connect(way);
    const context = await client.createContext(CODEC);
    const startTime = await context.getTime();
    const none = await context.record({ startTime: startTime + 800, byteCount: 800, waits: false });
    expect([none.samples.length, none.nextTime]).toEqual([0, startTime + 800]);
    const waitedMs = await durationMs(async () => {
      const all = await context.record({ startTime, byteCount: 2_000 });
      expect(all.samples.length).toBe(2_000);
      expect(all.time - (startTime + 2_000)).toBeGreaterThanOrEqual(0);
    });
    expect(waitedMs).toBeGreaterThan(50);
    expect(waitedMs).toBeLessThan(1_000);
    const part = await context.record({ startTime, byteCount: 80_000, waits: false });
    expect(part.samples.length).toBeGreaterThanOrEqual(2_000);
    expect(part.nextTime).toBe(startTime + part.samples.length);
  });

  it('lets a program close while much is under way, and abort at once', async (test) => {
    const { connect, log } = await startTestGateway(test);
    const [one, other] = [await connect(way), await connect(way)];
    const context = await one.createContext(CODEC);
    const asked = Array.from({ length: 500 }, () => context.getTime());
    const closed = one.close();
    expect(new Set(await Promise.all(asked)).size).toBeGreaterThan(0);
    await closed;
    const waiting = await other.createContext(CODEC);
    const startTime = await waiting.getTime();
    const record = waiting.record({ startTime, byteCount: 80_000 });
    other.abort();
    await expect(record).rejects.toThrow(ConnectionError);
    expect((await other.ended).code).toBe('closed');
    expect(log).toEqual([]);
  });
});

it('keeps the bytes apart of two clients of different byte order who mix on one device', async (test) => {
  const { connect } = await startTestGateway(test);
  const [little, big] = [
    await connect({ byteOrder: 'little' }),
    await connect({ byteOrder: 'big', door: 'UNIX' }),
  ];
  const contexts = [await little.createContext(HIFI), await big.createContext(HIFI)] as const;
  await contexts[0].controls.enableInputs(MONITOR);
  const startTime = (await contexts[0].getTime()) + 24_000;
  const frames = 9_600;
  const low = Buffer.alloc(4 * frames);
  const high = Buffer.alloc(4 * frames);
  const sum = Buffer.alloc(4 * frames);
  for (let at = 0; at < sum.length; at += 2) {
    low.writeInt16LE((at % 16_000) - 8_000, at);
    high.writeInt16BE(((3 * at) % 20_000) - 10_000, at);
    sum.writeInt16LE((at % 16_000) - 8_000 + ((3 * at) % 20_000) - 10_000, at);
  }
  await Promise.all([
    contexts[0].play({ startTime, samples: low }),
    contexts[1].play({ startTime, samples: high, isBigEndian: true }),
  ]);
  const heard = await contexts[0].record({ startTime, byteCount: sum.length });
  expect(Buffer.from(heard.samples).equals(sum)).toBe(true);
});
