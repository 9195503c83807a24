// What happens on devices, told to those who want to know; and the requests of the telephone line.
import { describe, expect, it } from 'vitest';
import { eventMask } from '#shared/protocol/events';
import type { ContextId } from '#shared/protocol/ids';
import { createTestServer, type TestServer } from '#test/support/dispatch';
import { lofiDevices } from '#test/support/lofi-devices';
import { byteOrders, TestClient } from '#test/support/test-client';

const PHONE = 0;
const CODEC = 1;
const HIFI = 2;
const ALL = 0xfc;

function phoneOf(server: TestServer) {
  const phone = server.devices.devices[PHONE]?.phone;
  if (!phone) throw new Error('there is no telephone line');
  return phone;
}

/** A client that selected events of a device. */
function listener(server: TestServer, mask: number, littleEndian = true, device = PHONE) {
  const client = new TestClient(server, { littleEndian });
  const context = client.createContext(device);
  client.send('SelectEvents', { context, mask });
  client.sync();
  return { client, context };
}

describe('events', () => {
  it('come to those who selected them, and to nobody else', () => {
    const server = createTestServer();
    const rings = listener(server, eventMask('PhoneRing'));
    const tones = listener(server, eventMask('PhoneDTMF', 'PhoneLoop'), false);
    const hifi = listener(server, ALL, true, HIFI);
    const nothing = new TestClient(server);
    const phone = phoneOf(server);
    server.time.advance(1_000);
    phone.ring(1);
    phone.dtmf('5', 1);
    phone.loop(1);
    phone.ring(0);
    const wallClockMs = 1_700_000_002_000;
    const common = { device: PHONE, time: 8_000, seconds: wallClockMs / 1_000, microseconds: 0 };
    expect(rings.client.receiveAll()).toEqual(
      [1, 0].map((state) => ({
        kind: 'event',
        sequence: 4,
        event: { event: 'PhoneRing', ...common, state },
      })),
    );
    expect(tones.client.event()).toEqual({
      event: 'PhoneDTMF',
      ...common,
      state: 1,
      digit: '5'.charCodeAt(0),
    });
    expect(tones.client.event()).toEqual({ event: 'PhoneLoop', ...common, state: 1 });
    for (const { client } of [tones, hifi, { client: nothing }]) {
      expect(client.hasHeardAll()).toBe(true);
    }
  });

  it('end when they are not selected any more', () => {
    const server = createTestServer();
    const { client, context } = listener(server, ALL);
    client.send('SelectEvents', { context, mask: 0 });
    client.sync();
    phoneOf(server).ring(1);
    expect(client.hasHeardAll()).toBe(true);
  });

  it('that there are not are BadValue, and leave the selection as it was', () => {
    const server = createTestServer();
    const { client, context } = listener(server, ALL);
    for (const mask of [1, 2, 0x100, 0x8000_0000, 0xffff_ffff]) {
      expect(client.refusal('SelectEvents', { context, mask }).error).toBe('BadValue');
    }
    phoneOf(server).ring(1);
    expect(client.event().event).toBe('PhoneRing');
  });

  it('carry the number of the last request taken, also while a play waits', () => {
    const server = createTestServer();
    const { client, context } = listener(server, ALL);
    const sequence = client.play(context, 1_000_000, new Uint8Array(10));
    client.send('NoOperation', {});
    server.time.advance(1_000);
    phoneOf(server).ring(1);
    expect(client.receive()).toMatchObject({ kind: 'event', sequence });
  });

  it('name a device as each client knows it, after others came and went', () => {
    const server = createTestServer();
    const [, codec, hifi] = lofiDevices('loop');
    if (!codec || !hifi) throw new Error('devices are missing');
    const before = listener(server, ALL, true, HIFI);
    server.devices.remove('codec');
    const between = listener(server, ALL, false, 1);
    server.devices.remove('phone');
    server.devices.add(codec);
    const after = listener(server, ALL, true, 0);
    const change = {
      mode: 'replace' as const,
      property: 4 as never,
      type: 4 as never,
      format: 8 as const,
      data: new Uint8Array(1),
    };
    after.client.send('ChangeProperty', { context: after.context, ...change });
    server.time.advance(0);
    expect(before.client.event()).toMatchObject({ event: 'Property', device: 2 });
    expect(between.client.event()).toMatchObject({ event: 'Property', device: 1 });
    expect(after.client.event()).toMatchObject({ event: 'Property', device: 0 });
    // The new codec is a device that the older clients do not have.
    const newest = after.client.createContext(3);
    after.client.send('ChangeProperty', { context: newest, ...change });
    after.client.sync();
    for (const { client } of [before, between]) expect(client.hasHeardAll()).toBe(true);
  });

  it('of a removed line come no more', () => {
    const server = createTestServer();
    const phone = phoneOf(server);
    const { client } = listener(server, ALL);
    server.devices.remove('phone');
    phone.ring(1);
    phone.setHook(1);
    expect(client.hasHeardAll()).toBe(true);
    expect(server.errors).toEqual([]);
  });
});

describe.each(byteOrders)('the telephone line for a %s client', (_name, littleEndian) => {
  function createPhoneClient() {
    const server = createTestServer();
    return { server, ...listener(server, eventMask('PhoneHookSwitch'), littleEndian) };
  }

  function askHook({ client, context }: { client: TestClient; context: ContextId }): number {
    return client.ask('QueryPhone', { context }).hookState;
  }

  it('goes off hook and on hook at once, and tells it even if nothing changed', () => {
    const line = createPhoneClient();
    const { client, context } = line;
    for (const state of [1, 1, 0, 0]) {
      client.send('HookSwitch', { context, state });
      expect(client.event()).toMatchObject({ event: 'PhoneHookSwitch', state, device: PHONE });
      expect(askHook(line)).toBe(state);
    }
  });

  it('ignores other states, and tells where it is', () => {
    const line = createPhoneClient();
    const { client, context } = line;
    client.send('HookSwitch', { context, state: 1 });
    client.event();
    for (const state of [2, 0xffff_ffff]) {
      client.send('HookSwitch', { context, state });
      expect(client.event()).toMatchObject({ state: 1 });
    }
    expect(askHook(line)).toBe(1);
  });

  it('dials and flashes without making anybody wait', () => {
    const { server, client, context } = createPhoneClient();
    const other = new TestClient(server);
    const atMs = server.time.nowMs();
    client.send('DialPhone', { context, number: '0123456789*#ABCD^^^T!P12' });
    client.send('FlashHook', { context, durationMs: 3_000 });
    client.send('FlashHook', { context, durationMs: -1 });
    client.send('FlashHook', { context, durationMs: 3_001 });
    client.sync();
    other.sync();
    expect(server.time.nowMs()).toBe(atMs);
    expect(client.ask('QueryPhone', { context }).hookState).toBe(1);
    // The exchange gives up whoever leaves the line off hook.
    server.time.advance(120_000);
    expect(server.time.pendingTimerCount).toBe(0);
    client.sync();
  });

  it('is at one device only; others are on hook for ever', () => {
    const { client } = createPhoneClient();
    const codec = client.createContext(CODEC);
    expect(client.ask('QueryPhone', { context: codec })).toEqual({ hookState: 0, loopCurrent: 0 });
    const refusals = [
      client.refusal('HookSwitch', { context: codec, state: 1 }),
      client.refusal('FlashHook', { context: codec, durationMs: 1 }),
      client.refusal('DialPhone', { context: codec, number: '1' }),
    ];
    expect(refusals.map(({ error }) => error)).toEqual(['BadDevice', 'BadDevice', 'BadDevice']);
  });

  it('tells its loop current', () => {
    const { server, client, context } = createPhoneClient();
    phoneOf(server).loop(1);
    expect(client.ask('QueryPhone', { context }).loopCurrent).toBe(1);
  });
});
