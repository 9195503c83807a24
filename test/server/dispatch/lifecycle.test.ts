// Contexts, ids, and what is left when clients have gone.
import { describe, expect, it } from 'vitest';
import type { ContextId, DeviceIndex } from '#shared/protocol/ids';
import { createTestServer, noLimit } from '#test/support/dispatch';
import { differenceOf } from '#test/support/same-samples';
import { byteOrders, TestClient } from '#test/support/test-client';

const SERVER_BIT = 0x8_0000;

function createAC(context: number, device = 1) {
  return { context: context as ContextId, mask: 0, device: device as DeviceIndex, values: [] };
}

describe.each(byteOrders)('an id of a %s client', (_name, littleEndian) => {
  it('must lie in its range, with bit 19 clear', () => {
    const client = new TestClient(createTestServer(), { littleEndian });
    const { resourceIdBase: base } = client;
    const bad = [0, 1, base - 1, base + 0x10_0000, base | SERVER_BIT, 0x8000_0000, 0xffff_ffff];
    for (const id of bad) {
      expect(client.refusal('CreateAC', createAC(id))).toMatchObject({
        error: 'BadIDChoice',
        value: id >>> 0,
        opcode: 4,
      });
    }
    client.send('CreateAC', createAC(base + 0x7_ffff));
    client.sync();
  });

  it('must not be in use, and can be used again when it is free', () => {
    const client = new TestClient(createTestServer(), { littleEndian });
    const context = client.createContext(1);
    expect(client.refusal('CreateAC', createAC(context)).error).toBe('BadIDChoice');
    client.send('FreeAC', { context });
    client.send('CreateAC', createAC(context, 2));
    client.sync();
    expect(client.refusal('FreeAC', { context: (context + 1) as ContextId })).toMatchObject({
      error: 'BadAC',
      value: context + 1,
    });
  });

  it('is repeated by the errors that look at it', () => {
    const client = new TestClient(createTestServer(), { littleEndian });
    const id = client.resourceIdBase as ContextId;
    const request = createAC(id);
    expect(client.refusal('CreateAC', createAC(id, 5))).toMatchObject({
      error: 'BadDevice',
      value: id,
    });
    expect(client.refusal('CreateAC', { ...request, mask: 1 })).toMatchObject({
      error: 'BadLength',
      value: id,
    });
    const withEncoding = (encoding: number) => ({ ...request, mask: 0x20, values: [encoding] });
    for (const encoding of [6, 11, 12, 16, 18, 21, 100, 0xffff_ffff]) {
      expect(client.refusal('CreateAC', withEncoding(encoding))).toMatchObject({
        error: 'BadValue',
        value: id,
      });
    }
    expect(client.refusal('CreateAC', { ...request, mask: 0x41, values: [0, 0] })).toMatchObject({
      error: 'BadValue',
      value: 0x41,
    });
    expect(client.refusal('CreateAC', { ...request, mask: 0x10, values: [0x302] })).toMatchObject({
      error: 'BadValue',
      value: 2,
    });
    client.send('CreateAC', { ...request, mask: 0x10, values: [0x301] });
    client.sync();
  });
});

describe('a context', () => {
  it('is refused past the limit of its client, which then has as many as before', () => {
    const client = new TestClient(createTestServer({ limits: { contextsPerClient: 2 } }));
    const first = client.createContext(1);
    client.createContext(1);
    const third = (client.resourceIdBase + 100) as ContextId;
    expect(client.refusal('CreateAC', createAC(third)).error).toBe('BadAlloc');
    expect(client.refusal('GetTime', { context: third }).error).toBe('BadAC');
    client.send('FreeAC', { context: first });
    client.send('CreateAC', createAC(third));
    client.sync();
  });

  it('ends with the client that created it, and its id with it', () => {
    const server = createTestServer();
    const creator = new TestClient(server);
    const user = new TestClient(server, { littleEndian: false });
    const context = creator.createContext(1);
    expect(user.time(context)).toBe(0);
    creator.close();
    expect(user.refusal('GetTime', { context })).toMatchObject({ error: 'BadAC', value: context });
    const next = new TestClient(server);
    expect(next.createContext(2)).toBe(context);
  });

  it('that another client freed does not count for its creator any more', () => {
    const server = createTestServer({ limits: { contextsPerClient: 1 } });
    const creator = new TestClient(server);
    const other = new TestClient(server);
    const context = creator.createContext(1);
    other.send('FreeAC', { context });
    other.sync();
    expect(creator.createContext(1)).toBe(context + 1);
  });

  it('of a removed device is BadDevice for all but FreeAC', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const context = client.createContext(1);
    server.devices.remove('codec');
    expect(client.refusal('GetTime', { context }).error).toBe('BadDevice');
    expect(client.refusal('ListProperties', { context }).error).toBe('BadDevice');
    expect(client.refusal('CreateAC', createAC(client.resourceIdBase + 9)).error).toBe('BadDevice');
    client.send('FreeAC', { context });
    client.sync();
    client.createContext(0);
  });

  it('can be freed while a play of its owner waits on it, and the play ends as it would have', () => {
    const server = createTestServer();
    const owner = new TestClient(server);
    const other = new TestClient(server, { littleEndian: false });
    const context = owner.createContext(1);
    const sequence = owner.play(context, 32_000 - 100, new Uint8Array(100));
    server.time.advance(0);
    other.send('FreeAC', { context });
    other.sync();
    expect(owner.hasHeardAll()).toBe(true);
    server.time.advance(300);
    expect(owner.reply('PlaySamples', sequence).time).toBe(2_400);
    expect(owner.refusal('GetTime', { context }).error).toBe('BadAC');
  });

  it('can be used and changed by another client while a play of its owner waits on it', () => {
    const server = createTestServer({ extensions: ['GATEWAY'] });
    const owner = new TestClient(server);
    const other = new TestClient(server, { littleEndian: false });
    const context = owner.createContext(1);
    // Five seconds: more than the buffer holds, so that most is placed after the changes.
    const samples = new Uint8Array(40_000).fill(0x9f);
    const sequence = owner.play(context, 0, samples);
    server.time.advance(0);
    other.send('ChangeACAttributes', { context, mask: 0x20, values: [14] });
    other.sync();
    other.askGateway('SetContextRate', { context, rateHz: 44_100 });
    server.time.advance(1_299);
    expect(owner.hasHeardAll()).toBe(true);
    server.time.advance(1);
    expect(owner.reply('PlaySamples', sequence).time).toBe(10_400);
    server.time.advance(3_700);
    const monitor = other.createContext(1);
    const { samples: heard } = other.recorded(monitor, 8_000, 32_000);
    expect(differenceOf(heard, samples.subarray(0, 32_000))).toBeUndefined();
    expect(server.errors).toEqual([]);
  });

  it('can be changed by another client while a record of its owner waits on it', () => {
    const server = createTestServer({ extensions: ['GATEWAY'] });
    const owner = new TestClient(server);
    const other = new TestClient(server);
    const context = owner.createContext(1);
    owner.record(context, 0, 8_000, { block: true });
    server.time.advance(500);
    other.send('ChangeACAttributes', { context, mask: 0x20, values: [17] });
    other.askGateway('SetContextRate', { context, rateHz: 192_000 });
    server.time.advance(504);
    const { samples } = owner.reply('RecordSamples');
    expect(differenceOf(samples, new Uint8Array(8_000).fill(0xff))).toBeUndefined();
    expect(server.errors).toEqual([]);
  });
});

describe('when the last client has left', () => {
  it('no timer runs and no client, context or session is left', () => {
    const server = createTestServer();
    const clients = byteOrders.map(([, littleEndian]) => new TestClient(server, { littleEndian }));
    for (const client of clients) {
      const context = client.createContext(1);
      client.play(context, 40_000, new Uint8Array(100));
      client.record(client.resourceIdBase as ContextId, 0, 8_000, { block: true });
    }
    server.time.advance(100);
    expect(server.time.pendingTimerCount).toBeGreaterThan(0);
    for (const client of clients) client.close();
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.dispatch.server.clients.size).toBe(0);
    expect(server.dispatch.server.contexts.size).toBe(0);
  });

  it('cookies are read anew, while atoms, properties and the host list stay', () => {
    let reads = 0;
    const server = createTestServer({
      access: {
        isEnabled: true,
        readCookies: () => {
          reads += 1;
          return undefined;
        },
        readHosts: () => ['10.1.2.3'],
        localAddresses: () => ['127.0.0.1'],
        hostsChanged: () => {},
        cookieGuesses: noLimit,
      },
    });
    const first = new TestClient(server);
    const second = new TestClient(server);
    const context = first.createContext(1);
    const { atom } = first.ask('InternAtom', { onlyIfExists: false, name: 'stays' });
    first.send('ChangeProperty', {
      mode: 'replace',
      context,
      property: atom,
      type: atom,
      format: 8,
      data: Uint8Array.of(1, 2, 3),
    });
    first.send('ChangeHosts', { mode: 'insert', family: 0, address: Uint8Array.of(10, 0, 0, 9) });
    first.sync();
    first.close();
    expect(server.dispatch.server.generation).toBe(1);
    second.close();
    expect(server.dispatch.server.generation).toBe(2);
    expect(reads).toBe(1);

    const next = new TestClient(server);
    expect(reads).toBe(2);
    expect(next.resourceIdBase).toBe(0x10_0000);
    expect(next.ask('InternAtom', { onlyIfExists: true, name: 'stays' }).atom).toBe(atom);
    const again = next.createContext(1);
    expect(next.ask('ListProperties', { context: again }).properties).toEqual([atom]);
    const { hosts } = next.ask('ListHosts', {});
    expect(hosts.map(({ address }) => address.join('.'))).toEqual([
      '10.0.0.9',
      '127.0.0.1',
      '10.1.2.3',
    ]);
  });

  it('the next connection is refused first or not, the count of clients stays right', () => {
    const server = createTestServer({ limits: { clients: 1 } });
    const client = new TestClient(server);
    const refused = server.connect();
    refused.send(Uint8Array.of(0x6c, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    expect(refused.receive()?.[0]).toBe(0);
    refused.close();
    expect(server.dispatch.server.generation).toBe(1);
    client.close();
    expect(server.dispatch.server.generation).toBe(2);
  });
});

describe('a connection that says only later that it was closed', () => {
  it('is gone for the server at once', () => {
    const server = createTestServer();
    const killer = new TestClient(server);
    const victim = new TestClient(server);
    const context = victim.createContext(1);
    victim.connection.saysClosedLater = true;
    killer.send('KillClient', { resource: context });
    killer.sync();
    expect(victim.connection.isEnded).toBe(true);
    expect(killer.refusal('GetTime', { context }).error).toBe('BadAC');
    const next = new TestClient(server);
    expect(next.resourceIdBase).toBe(victim.resourceIdBase);
    victim.close();
    next.sync();
    expect(server.dispatch.server.clients.size).toBe(2);
  });
});
