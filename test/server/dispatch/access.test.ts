// Who may connect, and who may change that.
import { describe, expect, it } from 'vitest';
import { AddressRates } from '#server/address-rates';
import type { AccessSources } from '#server/dispatch/index';
import { MAGIC_COOKIE } from '#shared/protocol/setup';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { createTestServer, noLimit, type TestServer } from '#test/support/dispatch';
import { FakeConnection } from '#test/support/fake-connection';
import { FakeTime } from '#test/support/fake-time';
import { plainSetup, written } from '#test/support/streams';
import { byteOrders, TestClient } from '#test/support/test-client';

const REMOTE = '10.0.0.9';
const COOKIE = Uint8Array.from({ length: 16 }, (_, at) => at);

function sources(change: Partial<AccessSources> = {}): AccessSources {
  return {
    isEnabled: true,
    readCookies: () => undefined,
    readHosts: () => [],
    localAddresses: () => ['127.0.0.1', '192.168.1.5'],
    hostsChanged: () => {},
    cookieGuesses: noLimit,
    ...change,
  };
}

/** Whether a connection from there becomes a client. */
function isAdmitted(server: TestServer, address: string, cookie?: Uint8Array): boolean {
  const connection = server.connect(true, address);
  connection.send(
    written('little', (writer) =>
      encodeSetupRequest(writer, {
        majorVersion: 3,
        minorVersion: 0,
        authorizationName: cookie ? MAGIC_COOKIE : '',
        authorizationData: cookie ?? new Uint8Array(0),
      }),
    ),
  );
  const isAccepted = connection.receive()?.[0] === 1;
  connection.close();
  return isAccepted;
}

function isUnixAdmitted(server: TestServer): boolean {
  const connection = new FakeConnection({ kind: 'unix' });
  server.dispatch.accept(connection);
  connection.send(plainSetup('little'));
  const isAccepted = connection.receive()?.[0] === 1;
  connection.close();
  return isAccepted;
}

function host(address: string) {
  return { family: 0, address: Uint8Array.from(address.split('.').map(Number)) };
}

describe('without a cookie file', () => {
  it('the own machine may connect, and hosts of the list', () => {
    const server = createTestServer({ access: sources({ readHosts: () => [REMOTE] }) });
    expect(isAdmitted(server, '127.0.0.1')).toBe(true);
    expect(isAdmitted(server, '192.168.1.5')).toBe(true);
    expect(isAdmitted(server, REMOTE)).toBe(true);
    expect(isAdmitted(server, '10.0.0.8')).toBe(false);
    expect(isAdmitted(server, '::1')).toBe(false);
    expect(isUnixAdmitted(server)).toBe(true);
  });
});

describe('with a cookie file', () => {
  const server = createTestServer({
    access: sources({ readCookies: () => [new Uint8Array(16), COOKIE] }),
  });

  it('only who knows a cookie may connect', () => {
    expect(isAdmitted(server, '127.0.0.1')).toBe(false);
    expect(isUnixAdmitted(server)).toBe(false);
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(true);
    expect(isAdmitted(server, REMOTE, COOKIE.slice(0, 15))).toBe(false);
    expect(isAdmitted(server, REMOTE, Uint8Array.from([...COOKIE, 0]))).toBe(false);
    expect(
      isAdmitted(
        server,
        REMOTE,
        COOKIE.map((byte) => byte ^ 1),
      ),
    ).toBe(false);
    expect(isAdmitted(server, REMOTE, new Uint8Array(0))).toBe(false);
  });

  it('an empty one lets nobody in', () => {
    const closed = createTestServer({ access: sources({ readCookies: () => [] }) });
    expect(isAdmitted(closed, '127.0.0.1', new Uint8Array(0))).toBe(false);
    expect(isUnixAdmitted(closed)).toBe(false);
  });
});

describe('cookies', () => {
  it('are read anew after the last client has left, or when the server is told to', () => {
    let cookie = COOKIE;
    const server = createTestServer({ access: sources({ readCookies: () => [cookie] }) });
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(true);
    cookie = COOKIE.map((byte) => byte + 1);
    // That client was the last one and has left.
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(false);
    expect(isAdmitted(server, REMOTE, cookie)).toBe(true);
    const old = cookie;
    expect(isAdmitted(server, REMOTE, cookie)).toBe(true);
    cookie = COOKIE;
    server.dispatch.reloadAccess();
    expect(isAdmitted(server, REMOTE, old)).toBe(false);
    expect(isAdmitted(server, REMOTE, cookie)).toBe(true);
  });
});

describe.each(byteOrders)('the host list of a %s client', (_name, littleEndian) => {
  it('is changed and listed, the newest first', () => {
    const client = new TestClient(createTestServer({ access: sources() }), { littleEndian });
    const list = () => client.ask('ListHosts', {}).hosts.map(({ address }) => address.join('.'));
    expect(list()).toEqual(['192.168.1.5', '127.0.0.1']);
    client.send('ChangeHosts', { mode: 'insert', ...host('10.0.0.1') });
    client.send('ChangeHosts', { mode: 'insert', ...host('10.0.0.2') });
    client.send('ChangeHosts', { mode: 'insert', ...host('10.0.0.1') });
    client.send('ChangeHosts', { mode: 'delete', ...host('127.0.0.1') });
    client.send('ChangeHosts', { mode: 'delete', ...host('1.2.3.4') });
    expect(list()).toEqual(['10.0.0.2', '10.0.0.1', '192.168.1.5']);
  });

  it('counts when it is switched on, and everybody may connect when it is not', () => {
    const server = createTestServer({ access: sources() });
    const client = new TestClient(server, { littleEndian });
    expect(client.ask('ListHosts', {}).enabled).toBe(1);
    client.send('SetAccessControl', { mode: 0 });
    expect(client.ask('ListHosts', {}).enabled).toBe(0);
    expect(isAdmitted(server, REMOTE)).toBe(true);
    client.send('SetAccessControl', { mode: 1 });
    client.sync();
    expect(isAdmitted(server, REMOTE)).toBe(false);
    expect(client.refusal('SetAccessControl', { mode: 2 })).toMatchObject({
      error: 'BadValue',
      value: 2,
    });
  });

  it('refuses other families and lengths, with their number', () => {
    const client = new TestClient(createTestServer({ access: sources() }), { littleEndian });
    const refusal = (family: number, byteCount: number) => {
      const address = new Uint8Array(byteCount);
      const { error, value } = client.refusal('ChangeHosts', { mode: 'insert', family, address });
      return `${error} ${value}`;
    };
    expect(refusal(1, 3)).toBe('BadValue 1');
    expect(refusal(0, 3)).toBe('BadValue 3');
    expect(refusal(0, 16)).toBe('BadValue 16');
  });
});

describe('the host list', () => {
  it('is bounded', () => {
    const server = createTestServer({ access: sources() });
    const client = new TestClient(server);
    const insert = (number: number) => ({
      mode: 'insert' as const,
      family: 0,
      address: Uint8Array.of(10, 0, number >> 8, number & 0xff),
    });
    for (let number = 0; number < 4_094; number += 1) client.send('ChangeHosts', insert(number));
    client.sync();
    expect(client.refusal('ChangeHosts', insert(4_094)).error).toBe('BadAlloc');
    client.send('ChangeHosts', insert(4_093));
    client.sync();
    expect(client.ask('ListHosts', {}).hosts).toHaveLength(4_096);
  });
});

describe('the hosts file', () => {
  const changeHosts = (client: TestClient, mode: 'insert' | 'delete', address: string) => {
    client.send('ChangeHosts', { mode, ...host(address) });
    client.sync();
  };

  it('that is read again takes its hosts in and out, and leaves those of clients', () => {
    const server = createTestServer({ access: sources({ readHosts: () => [REMOTE] }) });
    const client = new TestClient(server);
    changeHosts(client, 'insert', '10.0.0.1');
    server.dispatch.reloadHosts(['10.0.0.2']);
    expect(isAdmitted(server, REMOTE)).toBe(false);
    expect(isAdmitted(server, '10.0.0.1')).toBe(true);
    expect(isAdmitted(server, '10.0.0.2')).toBe(true);
    server.dispatch.reloadHosts([]);
    expect(isAdmitted(server, '10.0.0.2')).toBe(false);
    expect(isAdmitted(server, '127.0.0.1')).toBe(true);
  });

  it('keeps an own address in that it lists, also when a cookie file comes', () => {
    let cookies: Uint8Array[] | undefined;
    const server = createTestServer({ access: sources({ readCookies: () => cookies }) });
    expect(isAdmitted(server, '192.168.1.5')).toBe(true);
    server.dispatch.reloadHosts(['192.168.1.5']);
    cookies = [COOKIE];
    server.dispatch.reloadAccess();
    expect(isAdmitted(server, '192.168.1.5')).toBe(true);
    expect(isAdmitted(server, '127.0.0.1')).toBe(false);
  });

  it('is told of every change that a client makes, without the own addresses', () => {
    const told: string[] = [];
    const server = createTestServer({
      access: sources({
        readHosts: () => [REMOTE],
        hostsChanged: (addresses) => told.push(addresses.join(' ')),
      }),
    });
    const client = new TestClient(server);
    changeHosts(client, 'insert', '10.0.0.1');
    changeHosts(client, 'insert', '10.0.0.1');
    changeHosts(client, 'delete', REMOTE);
    changeHosts(client, 'delete', REMOTE);
    expect(told).toEqual([`10.0.0.1 ${REMOTE}`, '10.0.0.1']);
  });
});

describe('wrong cookies', () => {
  function limited() {
    const time = new FakeTime();
    const cookieGuesses = new AddressRates({
      perSecond: () => 1,
      atOnce: () => 3,
      addresses: () => 10,
      nowMs: time.nowMs,
    });
    const access = sources({ readCookies: () => [COOKIE], cookieGuesses });
    const server = createTestServer({ access });
    const guess = (count: number) => {
      for (let n = 0; n < count; n += 1) isAdmitted(server, REMOTE, new Uint8Array(16));
    };
    return { time, server, guess };
  }

  it('of one address are looked at so often, and after that not even the right one is', () => {
    const { time, server, guess } = limited();
    guess(2);
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(true);
    guess(1);
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(false);
    time.advance(1_000);
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(true);
  });

  it('do not slow other addresses, the UNIX socket, or hosts that are listed', () => {
    const { server, guess } = limited();
    server.dispatch.reloadHosts([REMOTE]);
    for (let n = 0; n < 10; n += 1) {
      expect(isAdmitted(server, REMOTE, new Uint8Array(16))).toBe(true);
    }
    server.dispatch.reloadHosts([]);
    expect(isAdmitted(server, REMOTE, COOKIE)).toBe(true);
    guess(10);
    expect(isAdmitted(server, '10.0.0.1', COOKIE)).toBe(true);
  });
});

describe('a client from another machine', () => {
  it('may not change who connects, nor end others, nor look at them', () => {
    const server = createTestServer({
      access: sources({ readHosts: () => [REMOTE] }),
      extensions: ['GATEWAY'],
    });
    const remote = new TestClient(server, { address: REMOTE });
    const local = new TestClient(server);
    expect(remote.refusal('SetAccessControl', { mode: 0 }).error).toBe('BadAccess');
    expect(remote.refusal('SetAccessControl', { mode: 5 }).error).toBe('BadValue');
    expect(remote.refusal('ChangeHosts', { mode: 'insert', ...host(REMOTE) }).error).toBe(
      'BadAccess',
    );
    // Access is looked at before family and length, after the mode.
    const odd = { mode: 'insert' as const, family: 7, address: new Uint8Array(3) };
    expect(remote.refusal('ChangeHosts', odd).error).toBe('BadAccess');
    const resource = local.resourceIdBase;
    expect(remote.refusal('KillClient', { resource }).error).toBe('BadAccess');
    expect(remote.refusal('KillClient', { resource: 0 }).error).toBe('BadAccess');
    remote.sendGateway('ListClients', {});
    expect(remote.error()).toMatchObject({ error: 'BadAccess', opcode: 128, minorOpcode: 4 });
    local.sync();
    remote.sync();
  });
});
