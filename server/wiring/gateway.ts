// A gateway from its parts: dispatch and devices behind the doors, and the page beside them.
import { hostname } from 'node:os';
import type { Configuration } from '#server/config';
import { createHttpApp } from '#server/http/app';
import { createGate } from '#server/http/gate';
import { hostCheck, isLoopback } from '#server/http/host-check';
import { createLoopWatch } from '#server/http/loop-watch';
import { pageLink } from '#server/http/page-link';
import { acceptUpgrades } from '#server/http/upgrades';
import type { Log } from '#server/log';
import { createRelay } from '#server/relay/index';
import { pageFolder, version } from '#server/root';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import type { TransportConnection } from '#server/transport/connection';
import { type Listener, listenTcp, listenUnix } from '#server/transport/listen';
import { tcpListenError } from '#server/transport/listen-error';
import { createSocketBudget, maxSocketsOfProcess } from '#server/transport/socket-budget';
import type { DoorStatus } from '#shared/relay/status';
import { healthSource } from './health.ts';
import { clock, createSoundServer, timers } from './sound-server.ts';
import { apiSources, metricSources } from './sources.ts';
import { defaultTokenFile, readOrMakeToken } from './token-file.ts';
import { webDoors } from './web-doors.ts';

/** How long connections may take to end before they are cut. */
const CLOSE_MS = 1_500;
/** How often it is looked whether anything still plays. */
const DRAIN_LOOK_MS = 50;

const NO_SOCKETS_LEFT =
  'no more connections are taken until some end, because of the bound of open files (ulimit -n)';

/** What the doors and the log were opened with, and a reload leaves as it is. */
const FIXED_SETTINGS = [
  'serverNumber',
  'httpPort',
  'listen',
  'unixSocket',
  'hostNames',
  'hostsFile',
  'logLevel',
  'logFormat',
  'drainMs',
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
  /** Stops accepting, lets what plays go on for as long as the configuration says, and closes everything. */
  close(): Promise<void>;
}

/** Rejects with a ListenError when a door cannot be opened, having closed the others. */
export async function startGateway(configuration: Configuration, log: Log): Promise<Gateway> {
  const { listen, httpPort, serverNumber } = configuration;
  const token = isLoopback(listen)
    ? undefined
    : readOrMakeToken(configuration.tokenFile ?? defaultTokenFile(process.env), log);
  const sound = await createSoundServer(configuration, log);
  const listeners: Listener[] = [];
  const doors: DoorStatus[] = [];
  const maxSockets = maxSocketsOfProcess();
  const budget = createSocketBudget({
    maxSockets,
    onFull: () => log.warn(NO_SOCKETS_LEFT, { sockets: maxSockets }),
  });
  const onAcceptError = (error: Error) =>
    log.warn('a connection could not be accepted', { reason: error.message });
  const callbacks = {
    budget,
    onConnection: (connection: TransportConnection) => sound.accept(connection),
    onAcceptError,
  };
  const loop = createLoopWatch(clock, timers);
  let isDraining = false;
  const limits = { ...configuration.limits };
  const relay = createRelay({
    devices: sound.devices,
    clock,
    timers,
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
    health: healthSource({
      listeners,
      budget,
      loop,
      isDraining: () => isDraining,
      mostLateMs: configuration.unhealthyDelayMs,
    }),
    log,
  });

  app.server.on('connection', (socket) => budget.take(socket));
  acceptUpgrades(app.server, { gate, doors: webDoors(relay, sound, () => isDraining) });

  /** What plays may come to its end; whoever asks for the page meanwhile is told to come back. */
  async function drain(): Promise<void> {
    const endMs = clock.nowMs() + configuration.drainMs;
    while (clock.nowMs() < endMs && sound.dispatch.playing().length > 0) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  async function close(): Promise<void> {
    isDraining = true;
    for (const listener of listeners) listener.stopAccepting();
    await drain();
    loop.stop();
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
    // Without somebody who listens for it, an error would end the process.
    app.server.on('error', onAcceptError);
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
      for (const setting of FIXED_SETTINGS) {
        if (String(changed[setting]) === String(configuration[setting])) continue;
        log.warn('a changed setting counts from the next start on', { setting });
      }
    },
    close,
  };
}
