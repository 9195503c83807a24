// What the checks of AudioFile's bounds share: servers, clients, and what they are refused with.
import type { Socket } from 'node:net';
import { expect, vi } from 'vitest';
import { configurationFrom, type Limits } from '#server/config';
import type { DispatchLimits } from '#server/dispatch/index';
import { SocketConnection } from '#server/transport/connection';
import { ConnectionCensus } from '#server/transport/connection-census';
import { createAddressLimits } from '#server/wiring/address-limits';
import { predefinedAtoms } from '#shared/protocol/atoms';
import type { Atom, ContextId, DeviceTime } from '#shared/protocol/ids';
import type { RequestName, RequestOf } from '#shared/protocol/requests/index';
import { concat } from '#test/support/byte-builder';
import {
  createTestServer,
  noLimit,
  type TestServer,
  type TestServerOptions,
} from '#test/support/dispatch';
import { FakeTime } from '#test/support/fake-time';
import { requestBytes, TestClient } from '#test/support/test-client';
import { FakeNetSocket } from './fake-net-socket.ts';

export const PHONE = 0;
export const CODEC = 1;
/** Of a context that nobody created. */
export const NOBODYS = 0x0012_3456 as ContextId;
export const { STRING } = predefinedAtoms;

export function withClient(options: TestServerOptions = {}) {
  const server = createTestServer(options);
  return { server, client: new TestClient(server) };
}

export function withLimits(limits: Partial<DispatchLimits>) {
  return withClient({ limits });
}

/** The client is refused so, and is answered afterwards. */
export function expectRefusal<N extends RequestName>(
  client: TestClient,
  error: string,
  name: N,
  value: RequestOf<N>,
): void {
  expect(client.refusal(name, value).error).toBe(error);
  client.sync();
}

/** A context on the codec, and the refusal of what is asked of it. */
export function expectContextRefusal<N extends RequestName>(
  error: string,
  name: N,
  value: (context: ContextId) => RequestOf<N>,
): void {
  const { client } = withClient();
  expectRefusal(client, error, name, value(client.createContext(CODEC)));
}

export function expectNobody<N extends RequestName>(
  name: N,
  value: Omit<RequestOf<N>, 'context'>,
): void {
  const { client } = withClient();
  expectRefusal(client, 'BadAC', name, { ...value, context: NOBODYS } as RequestOf<N>);
}

/** What a set-up is refused with. */
export function refusalOf(server: TestServer, setup: Uint8Array): string {
  const connection = server.connect();
  connection.send(setup);
  const answer = connection.receive();
  expect(answer?.[0]).toBe(0);
  expect(connection.isEnded).toBe(true);
  return Buffer.from(answer?.subarray(8, 8 + (answer[1] ?? 0)) ?? []).toString('latin1');
}

export const FULL = 'Maximum number of clients reached';

export function censusOf(connections: number, connectionsPerAddress: number) {
  const refused: string[] = [];
  let nowMs = 0;
  const census = new ConnectionCensus({
    limits: { connections, connectionsPerAddress },
    peerOf: (address) => (address === '127.0.0.1' ? undefined : address),
    nowMs: () => nowMs,
    refused: (sentence, count) => refused.push(`${count}: ${sentence}`),
  });
  const pass = (durationMs: number): void => {
    nowMs += durationMs;
  };
  return { census, refused, pass };
}

/** A socket's connection whose receiver only pauses. */
export function pausedConnection() {
  const socket = new FakeNetSocket();
  const connection = new SocketConnection(socket as unknown as Socket, { kind: 'unix' });
  connection.start({ bytes: () => connection.pause(), drained() {}, closed() {} });
  return { socket, connection };
}

export async function withFakeTimers(check: () => void): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    check();
  } finally {
    vi.useRealTimers();
  }
}

/** Requests whose answers are many times their length, none of which is read. */
export function unreadRecords(client: TestClient, count: number): void {
  const context = client.createContext(CODEC);
  client.server.time.advance(4_000);
  client.connection.isUnread = true;
  const record = requestBytes('RecordSamples', {
    bigEndianSamples: false,
    block: false,
    context,
    startTime: 16_000 as DeviceTime,
    byteCount: 16_000,
    channelCount: 1,
    encoding: 0,
  });
  client.sendBytes(concat(Array.from({ length: count }, () => record)), count);
  client.server.time.advance(0);
}

export const samplesRequest = (context: ContextId) => ({
  bigEndianSamples: false,
  context,
  startTime: 0 as DeviceTime,
  channelCount: 1,
  encoding: 0,
});

export const property = (context: ContextId, byteCount: number, name: number = STRING) => ({
  mode: 'append' as const,
  context,
  property: name as Atom,
  type: STRING,
  format: 8 as const,
  data: new Uint8Array(byteCount),
});

export const openAccess = {
  isEnabled: true,
  readCookies: () => undefined,
  readHosts: (): string[] => [],
  hostsChanged() {},
  localAddresses: () => [],
  cookieGuesses: noLimit,
};

export function addressLimits(changed: Partial<Limits>) {
  const limits = { ...configurationFrom().limits, ...changed };
  return { rates: createAddressLimits(limits, new FakeTime(), { warn() {} }) };
}

export const masked = [
  'EnableInput',
  'EnableOutput',
  'DisableInput',
  'DisableOutput',
  'EnablePassThrough',
  'DisablePassThrough',
  'EnableGainControl',
  'DisableGainControl',
] as const;
