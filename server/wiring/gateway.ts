// A gateway from its parts: dispatch and devices behind the doors, and the page beside them.
import { hostname } from 'node:os';
import type { Configuration } from '#server/config';
import { createHttpApp } from '#server/http/app';
import { createGate } from '#server/http/gate';
import { hostCheck, isLoopback } from '#server/http/host-check';
import { pageLink } from '#server/http/page-link';
import { acceptUpgrades } from '#server/http/upgrades';
import { changeWebLimits } from '#server/http/web-bounds';
import type { Log } from '#server/log';
import { messageFolder } from '#server/message-folder';
import { createRelay } from '#server/relay/index';
import { pageFolder, version } from '#server/root';
import { defaultMessagesFolder } from '#server/state-folder';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import type { TransportConnection } from '#server/transport/connection';
import { ConnectionCensus } from '#server/transport/connection-census';
import { type Listener, listenTcp, listenUnix } from '#server/transport/listen';
import { tcpListenError } from '#server/transport/listen-error';
import type { DoorStatus } from '#shared/relay/status';
import { createSoundServer, machineTime, type ServerTime } from './sound-server.ts';
import { apiSources, metricSources } from './sources.ts';
import { defaultTokenFile, readOrMakeToken } from './token-file.ts';
import { webDoors } from './web-doors.ts';

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
  'messagesFolder',
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
export async function startGateway(
  configuration: Configuration,
  log: Log,
  time: ServerTime = machineTime,
): Promise<Gateway> {
  const { listen, httpPort, serverNumber } = configuration;
  const token = isLoopback(listen)
    ? undefined
    : readOrMakeToken(configuration.tokenFile ?? defaultTokenFile(process.env), log);
  const sound = await createSoundServer(configuration, log, time);
  const listeners: Listener[] = [];
  const doors: DoorStatus[] = [];
  const limits = { ...configuration.limits };
  const census = new ConnectionCensus({
    limits,
    isOwn: isLoopback,
    nowMs: time.clock.nowMs,
    refused: (reason, count) => log.warn('connections were closed at once', { reason, count }),
  });
  const callbacks = {
    census,
    onConnection: (connection: TransportConnection) => sound.accept(connection),
    onAcceptError: (error: Error) =>
      log.warn('a client could not be accepted', { reason: error.message }),
  };
  const relay = createRelay({
    devices: sound.devices,
    exchanges: sound.exchanges,
    ...time,
    limits,
    log,
    gatewayVersion: version,
    serverNumber,
    playing: () => sound.dispatch.playing(),
  });
  const gate = createGate({
    answersToHost: hostCheck({ ...configuration, machineName: hostname() }),
    allowedOrigins: configuration.allowedOrigins,
    token,
  });
  const app = await createHttpApp({
    pageFolder,
    gate,
    api: apiSources({ sound, relay, doors, serverNumber }),
    metrics: metricSources({ sound, relay }),
    limits,
    messages: messageFolder(configuration.messagesFolder ?? defaultMessagesFolder(process.env)),
    onError: (error) => log.error('a page request failed', { reason: error.message }),
  });

  census.watch(app.server);
  acceptUpgrades(app.server, { gate, doors: webDoors(relay, sound) });

  async function close(): Promise<void> {
    for (const listener of listeners) listener.stopAccepting();
    await sound.close();
    relay.close();
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
      page: pageLink(listen, pagePort, token),
    },
    reload(changed) {
      sound.reload(changed);
      Object.assign(limits, changed.limits);
      changeWebLimits(app.server, limits);
      for (const setting of FIXED_SETTINGS) {
        if (String(changed[setting]) === String(configuration[setting])) continue;
        log.warn('a changed setting counts from the next start on', { setting });
      }
    },
    close,
  };
}
