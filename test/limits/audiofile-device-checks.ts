// Past the bounds of settings, telephone lines, hosts, atoms and properties. Named as the rows of the table.
import { expect } from 'vitest';
import { MAX_WAITING_STEPS } from '#server/devices/phone-line';
import { MAX_HOSTS } from '#server/dispatch/access';
import type { deviceBounds } from '#server/wiring/bounds/audiofile-device';
import type { Atom } from '#shared/protocol/ids';
import { requestBytes } from '#test/support/test-client';
import {
  CODEC,
  expectContextRefusal,
  expectRefusal,
  masked,
  PHONE,
  property,
  STRING,
  withClient,
  withLimits,
} from './audiofile-bench.ts';
import type { Checks } from './checks.ts';

export const deviceChecks: Checks<typeof deviceBounds> = {
  deviceGain() {
    for (const name of ['SetInputGain', 'SetOutputGain'] as const) {
      for (const gainDb of [-71, 25, 0x7fff_ffff, -0x8000_0000]) {
        expectContextRefusal('BadValue', name, (context) => ({ context, gainDb }));
      }
    }
  },

  deviceMask() {
    for (const name of masked) {
      expectContextRefusal('BadValue', name, (context) => ({ context, mask: 0xffff_ffff }));
    }
  },

  dialedSteps() {
    const { server, client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 1 });
    client.send('DialPhone', { context, number: '5'.repeat(60_000) });
    client.send('DialPhone', { context, number: '5'.repeat(60_000) });
    client.sync();
    // More than so many would take hours.
    server.time.advance(MAX_WAITING_STEPS * 1_000);
    expect(server.time.pendingTimerCount).toBe(0);
  },

  flash() {
    const { server, client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 1 });
    client.sync();
    const { pendingTimerCount } = server.time;
    for (const durationMs of [3_001, -1, 0x7fff_ffff]) {
      client.send('FlashHook', { context, durationMs });
      client.sync();
      expect(server.time.pendingTimerCount).toBe(pendingTimerCount);
      expect(client.ask('QueryPhone', { context }).hookState).toBe(1);
    }
  },

  hook() {
    const { client } = withClient();
    const context = client.createContext(PHONE);
    client.send('HookSwitch', { context, state: 2 });
    client.send('HookSwitch', { context, state: 0xffff_ffff });
    expect(client.ask('QueryPhone', { context }).hookState).toBe(0);
  },

  accessMode() {
    const { client } = withClient();
    expectRefusal(client, 'BadValue', 'SetAccessControl', { mode: 2 });
  },

  hostAddress() {
    const { client } = withClient();
    const host = { mode: 'insert' as const, family: 0, address: new Uint8Array(4) };
    expectRefusal(client, 'BadValue', 'ChangeHosts', { ...host, family: 1 });
    expectRefusal(client, 'BadValue', 'ChangeHosts', { ...host, address: new Uint8Array(60_000) });
    const strange = requestBytes('ChangeHosts', host);
    strange[1] = 2;
    client.sendBytes(strange);
    expect(client.error().error).toBe('BadValue');
  },

  hosts() {
    const { server, client } = withClient();
    const { access } = server.dispatch.server;
    for (let i = access.hosts.length; i < MAX_HOSTS; i += 1) {
      access.insert(0, Uint8Array.of(10, 1, i >> 8, i & 0xff));
    }
    const address = Uint8Array.of(10, 2, 0, 0);
    expectRefusal(client, 'BadAlloc', 'ChangeHosts', { mode: 'insert', family: 0, address });
  },

  killedClient() {
    const { client } = withClient();
    for (const resource of [0, 0x0500_0000, 0xffff_ffff]) {
      expectRefusal(client, 'BadValue', 'KillClient', { resource });
    }
  },

  atom() {
    const atom = 5_000 as Atom;
    const { client } = withClient();
    expectRefusal(client, 'BadAtom', 'GetAtomName', { atom });
    const context = client.createContext(CODEC);
    const change = property(context, 4);
    expectRefusal(client, 'BadAtom', 'ChangeProperty', { ...change, property: atom });
    expectRefusal(client, 'BadAtom', 'ChangeProperty', { ...change, type: atom });
    expectRefusal(client, 'BadAtom', 'DeleteProperty', { context, property: atom });
    const part = { context, delete: 0, longOffset: 0, longLength: 1 };
    expectRefusal(client, 'BadAtom', 'GetProperty', { ...part, property: atom, type: STRING });
    expectRefusal(client, 'BadAtom', 'GetProperty', { ...part, property: STRING, type: atom });
  },

  atoms() {
    const { client } = withLimits({ atoms: 1 });
    client.ask('InternAtom', { onlyIfExists: false, name: 'ONE' });
    expectRefusal(client, 'BadAlloc', 'InternAtom', { onlyIfExists: false, name: 'TWO' });
    client.ask('InternAtom', { onlyIfExists: false, name: 'ONE' });
  },

  atomNames() {
    const { client } = withLimits({ atomNameBytes: 1_000 });
    const name = 'N'.repeat(1_001);
    expectRefusal(client, 'BadAlloc', 'InternAtom', { onlyIfExists: false, name });
  },

  properties() {
    const { client } = withLimits({ propertiesPerDevice: 2 });
    const context = client.createContext(CODEC);
    for (const name of [STRING, STRING - 1])
      client.send('ChangeProperty', property(context, 4, name));
    expectRefusal(client, 'BadAlloc', 'ChangeProperty', property(context, 4, STRING - 2));
  },

  propertyBytes() {
    const { client } = withLimits({ propertyBytes: 1_000 });
    const context = client.createContext(CODEC);
    client.send('ChangeProperty', property(context, 999));
    expectRefusal(client, 'BadAlloc', 'ChangeProperty', property(context, 2));
    const part = { context, delete: 0, longOffset: 0, longLength: 1 };
    const reply = client.ask('GetProperty', { ...part, property: STRING, type: STRING });
    expect(reply.bytesAfter).toBe(995);
  },

  propertyFormat() {
    const { client } = withClient();
    const context = client.createContext(CODEC);
    for (const [at, value] of [
      [1, 3],
      [16, 64],
      [16, 0],
    ] as const) {
      const change = requestBytes('ChangeProperty', property(context, 4));
      change[at] = value;
      client.sendBytes(change);
      expect(client.error().error).toBe('BadValue');
    }
    client.sync();
  },

  propertyPart() {
    const { client } = withClient();
    const context = client.createContext(CODEC);
    client.send('ChangeProperty', property(context, 8));
    const asked = { context, property: STRING, type: STRING, delete: 0, longLength: 1 };
    for (const longOffset of [3, 0x4000_0000, 0xffff_ffff]) {
      expectRefusal(client, 'BadValue', 'GetProperty', { ...asked, longOffset });
    }
    expectRefusal(client, 'BadValue', 'GetProperty', { ...asked, delete: 2, longOffset: 0 });
    const all = { ...asked, longOffset: 1, longLength: 0xffff_ffff };
    expect(client.ask('GetProperty', all).data).toHaveLength(4);
  },
};
