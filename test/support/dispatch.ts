// A whole server without sockets: dispatch and devices on a clock that a test moves.
import { createDeviceSet, type InterfaceDescription } from '#server/devices/index';
import {
  type AddressLimit,
  createDispatch,
  type DispatchLimits,
  type DispatchOptions,
} from '#server/dispatch/index';
import { Exchanges } from '#server/telephone/index';
import { FakeConnection } from './fake-connection.ts';
import { FakeTime } from './fake-time.ts';
import { lofiDevices } from './lofi-devices.ts';

const testLimits: DispatchLimits = {
  clients: 100,
  setupTimeoutMs: 60_000,
  contextsPerClient: 100,
  contexts: 1_000,
  ratedContexts: 100,
  propertiesPerDevice: 100,
  propertyBytes: 1_000_000,
  atoms: 1_000,
  atomNameBytes: 1_000_000,
  queuedBytesPerClient: 1_000_000,
  stalledOutputMs: 30_000,
  recordReplyBytes: 1_000_000,
};

/** Of an address that may do what it likes. */
export const noLimit: AddressLimit = { take: () => true, waitMs: () => 0 };

export interface TestServerOptions extends Partial<Omit<DispatchOptions, 'limits' | 'devices'>> {
  readonly limits?: Partial<DispatchLimits>;
  readonly devices?: readonly InterfaceDescription[];
}

export function createTestServer(options: TestServerOptions = {}) {
  const time = new FakeTime(1_000);
  const errors: string[] = [];
  const warnings: (readonly [event: string, fields: unknown])[] = [];
  const ports = {
    clock: time,
    timers: time,
    onError: (error: unknown) => errors.push(String(error)),
  };
  const devices = createDeviceSet(ports, options.devices ?? lofiDevices('loop'));
  const log = {
    debug: () => {},
    info: () => {},
    warn: (event: string, fields: unknown) => warnings.push([event, fields]),
    error: (event: string, fields: unknown) => errors.push(`${event} ${JSON.stringify(fields)}`),
  };
  const dispatch = createDispatch({
    clock: time,
    timers: time,
    soon: (callback) => {
      time.after(0, callback);
    },
    wallClockMs: () => 1_700_000_000_000 + time.nowMs(),
    access: {
      isEnabled: true,
      readCookies: () => undefined,
      readHosts: () => [],
      localAddresses: () => ['127.0.0.1'],
      hostsChanged: () => {},
      cookieGuesses: noLimit,
    },
    setUpRate: noLimit,
    log,
    vendor: 'Digital Cambridge Research Lab',
    release: 3,
    extensions: [],
    nameProperties: false,
    ...options,
    devices,
    limits: { ...testLimits, ...options.limits },
  });
  const exchanges = new Exchanges({
    devices,
    clock: time,
    timers: time,
    log,
    numberDialed: dispatch.numberDialed,
  });
  return {
    dispatch,
    devices,
    exchanges,
    time,
    /** What went wrong inside; nothing should. */
    errors,
    /** What the log says of clients that had to go. */
    warnings,
    connect(littleEndian = true, address = '127.0.0.1'): FakeConnection {
      const connection = new FakeConnection({ kind: 'tcp', address, port: 1_024 }, littleEndian);
      dispatch.accept(connection);
      return connection;
    },
  };
}

export type TestServer = ReturnType<typeof createTestServer>;
