// A gateway from its parts: dispatch and devices behind the doors, and the page beside them.
import { hostname } from 'node:os';
import type { Configuration } from '#server/config';
import type { Device } from '#server/devices/face';
import { createHttpApp } from '#server/http/app';
import { hostCheck } from '#server/http/host-check';
import { pageLink } from '#server/http/page-link';
import type { Log } from '#server/log';
import { pageFolder, version } from '#server/root';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import type { TransportConnection } from '#server/transport/connection';
import { type Listener, listenTcp, listenUnix } from '#server/transport/listen';
import { tcpListenError } from '#server/transport/listen-error';
import type { DeviceStatus, DoorStatus, GatewayStatus } from '#shared/relay/status';
import { createSoundServer } from './sound-server.ts';

/** How long connections may take to end before they are cut. */
const CLOSE_MS = 1_500;

/** What the doors and the log were opened with, and a reload leaves as it is. */
const FIXED_SETTINGS = [
  'serverNumber',
  'httpPort',
  'listen',
  'unixSocket',
  'hostNames',
  'hostsFile',
  'logLevel',
] as const satisfies (keyof Configuration)[];

export interface Gateway {
  readonly addresses: {
    /** Where AudioFile programs connect: `address:port`, then the socket's path if there is one. */
    readonly audioFile: readonly string[];
    /** The link to the page. */
    readonly page: string;
  };
  /** Throws a ConfigError, having changed nothing, where the devices do not fit each other. */
  reload(configuration: Configuration): void;
  /** Stops accepting, lets what is under way end, and closes everything. */
  close(): Promise<void>;
}

/** Rejects with a ListenError when a door cannot be opened, having closed the others. */
export async function startGateway(configuration: Configuration, log: Log): Promise<Gateway> {
  const { listen, httpPort, serverNumber } = configuration;
  const startMs = performance.now();
  const sound = await createSoundServer(configuration, log);
  const listeners: Listener[] = [];
  const doors: DoorStatus[] = [];
  const callbacks = {
    onConnection: (connection: TransportConnection) => sound.accept(connection),
    onAcceptError: (error: Error) =>
      log.warn('a client could not be accepted', { reason: error.message }),
  };
  const status = (): GatewayStatus => ({
    version,
    uptimeSeconds: Math.floor((performance.now() - startMs) / 1_000),
    serverNumber,
    doors,
    devices: sound.devices.devices.map(deviceStatus),
  });
  const app = await createHttpApp({
    pageFolder,
    answersToHost: hostCheck({ ...configuration, machineName: hostname() }),
    status,
    onError: (error) => log.error('a page request failed', { reason: error.message }),
  });

  async function close(): Promise<void> {
    for (const listener of listeners) listener.stopAccepting();
    await sound.close();
    await Promise.all([app.close(), ...listeners.map((listener) => listener.close(CLOSE_MS))]);
  }

  async function openDoor(kind: DoorStatus['kind'], opening: Promise<Listener>): Promise<void> {
    const listener = await opening;
    listeners.push(listener);
    doors.push({ kind, address: listener.address });
  }

  try {
    const port = tcpPort(serverNumber);
    await openDoor('tcp', listenTcp({ host: listen, port, ...callbacks }));
    if (configuration.unixSocket) {
      const path = unixSocketPath(String(serverNumber));
      await openDoor('unix', listenUnix({ path, ...callbacks }));
    }
    await app.listen({ host: listen, port: httpPort }).catch((error: unknown) => {
      const remedy = 'choose another port for the page with --http-port';
      throw tcpListenError(error, { host: listen, port: httpPort, remedy });
    });
  } catch (error) {
    await close();
    throw error;
  }

  const bound = app.server.address();
  const pagePort = bound !== null && typeof bound === 'object' ? bound.port : httpPort;
  return {
    addresses: {
      audioFile: doors.map(({ address }) => address),
      page: pageLink(listen, pagePort),
    },
    reload(changed) {
      sound.reload(changed);
      for (const setting of FIXED_SETTINGS) {
        if (String(changed[setting]) === String(configuration[setting])) continue;
        log.warn('a changed setting counts from the next start on', { setting });
      }
    },
    close,
  };
}

function deviceStatus(device: Device, index: number): DeviceStatus {
  const { name, rateHz, channelCount, encoding } = device;
  return { index, name, rateHz, channelCount, encoding };
}
