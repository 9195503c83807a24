// What the server tells of its clients, and who counts as local.
import { describe, expect, it } from 'vitest';
import { AccessControl } from '#server/dispatch/access';
import { encodings } from '#shared/protocol/encodings';
import type { ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { encodeSetupRequest } from '#shared/wire/packet-codec';
import { requestCodecs } from '#shared/wire/request-codec';
import { Writer } from '#shared/wire/writer';
import { createTestServer, noLimit } from '#test/support/dispatch';
import { FakeConnection } from '#test/support/fake-connection';

const setup = {
  majorVersion: 3,
  minorVersion: 0,
  authorizationName: '',
  authorizationData: new Uint8Array(0),
};

/** A client that plays `frameCount` frames on device 0 at a device time. */
function clientThatPlays(server: ReturnType<typeof createTestServer>, index: number) {
  const connection = server.connect();
  const writer = new Writer(true);
  encodeSetupRequest(writer, setup);
  const context = ((index << 20) + 1) as ContextId;
  requestCodecs.CreateAC.encode(writer, { context, device: 0 as DeviceIndex, mask: 0, values: [] });
  connection.send(writer.take() ?? new Uint8Array(0));
  server.time.advance(0);
  return {
    connection,
    play(startTime: number, frameCount: number) {
      requestCodecs.PlaySamples.encode(writer, {
        bigEndianSamples: false,
        noTimeReply: true,
        context,
        startTime: startTime as DeviceTime,
        channelCount: 1,
        encoding: encodings.MU255.id,
        samples: new Uint8Array(frameCount).fill(3),
      });
      connection.send(writer.take() ?? new Uint8Array(0));
      server.time.advance(0);
    },
  };
}

describe('the server', () => {
  it('knows who plays, from the play until its end', () => {
    const server = createTestServer();
    const [one, two] = [clientThatPlays(server, 1), clientThatPlays(server, 2)];
    expect(server.dispatch.playing()).toEqual([]);
    one.play(800, 800);
    two.play(0, 400);
    const [device] = server.devices.devices;
    const peer = '127.0.0.1:1024';
    const both = [
      { device, index: 1, peer },
      { device, index: 2, peer },
    ];
    expect(server.dispatch.playing()).toEqual(both);
    server.time.advance(100);
    expect(server.dispatch.playing()).toEqual(both.slice(0, 1));
    server.time.advance(100);
    expect(server.dispatch.playing()).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  it('counts what clients do, also those that have left', () => {
    const server = createTestServer();
    const [one, two] = [clientThatPlays(server, 1), clientThatPlays(server, 2)];
    server.time.advance(100);
    one.play(800, 800);
    two.play(100, 400);
    const [name] = server.devices.devices.map((device) => device.name);
    expect(server.dispatch.clients()).toMatchObject([
      { index: 1, contextCount: 1, playedByteCount: 800, latePlayCount: 0, playingOn: [name] },
      { index: 2, contextCount: 1, playedByteCount: 400, latePlayCount: 1, playingOn: [] },
    ]);
    two.connection.close();
    expect(server.dispatch.clients()).toHaveLength(1);
    expect(server.dispatch.total()).toMatchObject({
      requestCount: 4,
      playedByteCount: 1_200,
      latePlayCount: 1,
    });
  });
});

describe('a client that comes through the web side', () => {
  function access(hasCookies: boolean) {
    return new AccessControl({
      isEnabled: true,
      readCookies: () => (hasCookies ? [] : undefined),
      readHosts: () => [],
      localAddresses: () => ['127.0.0.1', '::1'],
      hostsChanged: () => {},
      cookieGuesses: noLimit,
    });
  }
  const from = (address: string, door: 'page' | 'pageWithToken') => ({
    kind: 'tcp' as const,
    address,
    port: 1,
    door,
  });

  it.each([
    ['127.0.0.1', 'page', false, true],
    ['::1', 'page', false, true],
    ['127.0.0.1', 'page', true, false],
    ['10.0.0.1', 'page', false, false],
    ['10.0.0.1', 'pageWithToken', false, true],
    ['10.0.0.1', 'pageWithToken', true, true],
  ] as const)(
    'from %s by the %s, cookies wanted: %s, may connect: %s',
    (address, door, hasCookies, isAdmitted) => {
      expect(access(hasCookies).admits(from(address, door), setup)).toBe(isAdmitted);
    },
  );

  it('through a proxy is told by its address alone, since the port is the proxy’s', () => {
    const server = createTestServer();
    for (const [address, port] of [
      ['10.0.0.1', undefined],
      ['fe80::1', undefined],
      ['fe80::1', 5_000],
    ] as const) {
      const connection = new FakeConnection({ ...from(address, 'pageWithToken'), port }, true);
      server.dispatch.accept(connection);
      const writer = new Writer(true);
      encodeSetupRequest(writer, setup);
      connection.send(writer.take() ?? new Uint8Array(0));
    }
    server.time.advance(0);
    const peers = server.dispatch.clients().map(({ peer }) => peer);
    expect(peers).toEqual(['10.0.0.1', 'fe80::1', '[fe80::1]:5000']);
  });

  it('is never local, because behind a proxy all seem to be', () => {
    expect(access(false).isLocal({ kind: 'tcp', address: '127.0.0.1', port: 1 })).toBe(true);
    for (const door of ['page', 'pageWithToken'] as const) {
      expect(access(false).isLocal(from('127.0.0.1', door))).toBe(false);
    }
  });
});
