// Past the bounds of contexts and their sound. Named as the rows of the table.
import { expect } from 'vitest';
import type { contextBounds } from '#server/wiring/bounds/audiofile-context';
import type { ContextId, DeviceIndex } from '#shared/protocol/ids';
import { TestClient } from '#test/support/test-client';
import {
  CODEC,
  expectContextRefusal,
  expectNobody,
  expectRefusal,
  masked,
  NOBODYS,
  property,
  STRING,
  samplesRequest,
  withClient,
  withLimits,
} from './audiofile-bench.ts';
import type { Checks } from './checks.ts';

export const contextChecks: Checks<typeof contextBounds> = {
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
    expect([created?.playOptions.gainDb, created?.recordGainDb]).toEqual([100, -100]);
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
};
