// A gateway from its parts: dispatch and devices behind the doors, and the page beside them.
import { Server as SecureServer } from 'node:https';
import { hostname } from 'node:os';
import type { Configuration } from '#server/config';
import { createHttpApp } from '#server/http/app';
import { createGate, type GateSettings } from '#server/http/gate';
import { hostCheck, isLoopback } from '#server/http/host-check';
import { createLoopWatch } from '#server/http/loop-watch';
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
import { mostConnectionsOfProcess } from '#server/transport/open-files';
import { whoMayReplaceSocket } from '#server/transport/unix-socket-file';
import type { DoorStatus } from '#shared/relay/status';
import { createAddressLimits, onePeer } from './address-limits.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { healthSource } from './health.ts';
import { checkNamedFiles } from './named-files.ts';
import { createSoundServer, machineTime, type ServerTime } from './sound-server.ts';
import { apiSources, metricSources } from './sources.ts';
import { tokenAdmin } from './token-admin.ts';
import { defaultTokenFile } from './token-file.ts';
import { keepTokens, type TokenKeeper } from './token-keeper.ts';
import { webDoors } from './web-doors.ts';

/** How long connections may take to end before they are cut. */
const CLOSE_MS = 1_500;
/** How often it is looked whether anything still plays. */
const DRAIN_LOOK_MS = 50;

/** What the doors and the log were opened with, and a reload leaves as it is. */
const FIXED_SETTINGS = [
  'serverNumber',
  'httpPort',
  'listen',
  'unixSocket',
  'tokenFile',
  'requireToken',
  'messagesFolder',
  'logLevel',
  'logFormat',
  'drainMs',
] as const satisfies (keyof Configuration)[];

export interface Gateway {
  readonly addresses: {
    /** Where AudioFile programs connect: `address:port`, then the socket's path if there is one. */
    readonly audioFile: readonly string[];
    /** The link to the page, with a token where this start made one. */
    readonly page: string;
  };
  /** The page wants a token that its link does not tell. */
  readonly wantsToken: boolean;
  /** Throws a ConfigError, having changed nothing, where devices, files, certificate or tokens make no sense. */
  reload(configuration: Configuration): void;
  /** Stops accepting, lets what plays go on for as long as the configuration says, and closes everything. */
  close(): Promise<void>;
}

/**
 * Rejects with a ConfigError where a file that is named cannot be used, and with a ListenError when a door cannot be
 * opened, having closed the others.
 */
export async function startGateway(
  configuration: Configuration,
  log: Log,
  time: ServerTime = machineTime,
): Promise<Gateway> {
  const { listen, httpPort, serverNumber } = configuration;
  const certificate = readCertificate(configuration, log, Date.now());
  checkNamedFiles(configuration, log);
  warnOfOpenDoors(configuration, log);
  const keeper = tokenKeeper(configuration, log);
  const tokens = keeper?.tokens;
  const limits = { ...configuration.limits };
  let { trustedProxies } = configuration;
  const addressLimits = createAddressLimits(limits, time.clock, log);
  const sound = await createSoundServer(configuration, log, addressLimits, time);
  const listeners: Listener[] = [];
  const doors: DoorStatus[] = [];
  const census = new ConnectionCensus({
    limits,
    mostOfProcess: mostConnectionsOfProcess(),
    peerOf: (address) => onePeer(address, trustedProxies),
    nowMs: time.clock.nowMs,
    refused: (reason, count) => log.warn('connections were closed at once', { reason, count }),
  });
  const onAcceptError = (error: Error) =>
    log.warn('a connection could not be accepted', { reason: error.message });
  const callbacks = {
    census,
    onConnection: (connection: TransportConnection) => sound.accept(connection),
    onAcceptError,
  };
  const loop = createLoopWatch(time.clock, time.timers);
  let isDraining = false;
  let current = configuration;
  const relay = createRelay({
    devices: sound.devices,
    exchanges: sound.exchanges,
    ...time,
    soon: setImmediate,
    limits,
    log,
    gatewayVersion: version,
    serverNumber,
    playing: () => sound.dispatch.playing(),
  });
  const gate = createGate({
    ...gateSettings(configuration),
    tokens,
    guesses: addressLimits.tokens,
  });
  const app = await createHttpApp({
    pageFolder,
    gate,
    api: apiSources({ sound, relay, doors, serverNumber }),
    metrics: metricSources({ sound, relay }),
    limits,
    admin: {
      endClient: (index) => sound.dispatch.endClient(index),
      tokens: keeper && tokenAdmin(tokenFileOf(configuration), Date.now, keeper.reload),
    },
    certificate,
    messages: messageFolder(configuration.messagesFolder ?? defaultMessagesFolder(process.env)),
    health: healthSource({
      listeners,
      census,
      loop,
      isDraining: () => isDraining,
      mostLateMs: configuration.unhealthyDelayMs,
    }),
    log,
  });

  census.watch(app.server);
  acceptUpgrades(app.server, {
    gate,
    tokens,
    doors: webDoors(relay, sound, () => isDraining),
  });

  /** What plays may come to its end; whoever asks for the page meanwhile is told to come back. */
  async function drain(): Promise<void> {
    const endMs = time.clock.nowMs() + configuration.drainMs;
    while (time.clock.nowMs() < endMs && sound.dispatch.playing().length > 0) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  async function close(): Promise<void> {
    isDraining = true;
    for (const listener of listeners) listener.stopAccepting();
    await drain();
    loop.stop();
    keeper?.close();
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
      const who = whoMayReplaceSocket(path);
      if (who) log.warn('somebody else can take the place of the UNIX socket', { path, who });
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
      page: pageLink({
        listen: certifiedName(configuration, certificate) ?? listen,
        port: pagePort,
        token: keeper?.firstToken,
        isSecure: certificate !== undefined,
      }),
    },
    wantsToken: keeper !== undefined && keeper.firstToken === undefined,
    reload(changed) {
      // What can fail comes first, so that nothing has changed when it does.
      sound.checkReload(changed);
      checkNamedFiles(changed, log, current);
      const renewed = readCertificate(changed, log, Date.now());
      keeper?.reload();
      gate.reload(gateSettings(changed));
      trustedProxies = changed.trustedProxies;
      if (renewed && app.server instanceof SecureServer) {
        app.server.setSecureContext({ cert: renewed.cert, key: renewed.key });
      }
      if ((renewed === undefined) !== (certificate === undefined)) {
        log.warn('a changed setting counts from the next start on', { setting: 'tlsCert' });
      }
      sound.reload(changed);
      current = changed;
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

function gateSettings(configuration: Configuration): GateSettings {
  const { allowedOrigins, trustedProxies } = configuration;
  const answersToHost = hostCheck({ ...configuration, machineName: hostname() });
  return { answersToHost, allowedOrigins, trustedProxies };
}

/** The link must name a host that the certificate names, or every browser warns of it. */
function certifiedName(
  { listen, hostNames }: Configuration,
  certificate: Certificate | undefined,
): string | undefined {
  const own = isLoopback(listen) ? ['localhost'] : [hostname(), `${hostname()}.local`];
  return [...hostNames, ...own].find((name) => certificate?.isFor(name));
}

function tokenFileOf({ tokenFile }: Configuration): string {
  return tokenFile ?? defaultTokenFile(process.env);
}

/** Undefined where no token is needed: whoever is on this machine may use the page. */
function tokenKeeper(configuration: Configuration, log: Log): TokenKeeper | undefined {
  if (isLoopback(configuration.listen) && !configuration.requireToken) return undefined;
  const { timers } = machineTime;
  return keepTokens({ file: tokenFileOf(configuration), log, timers, wallClockMs: Date.now });
}

function warnOfOpenDoors(
  { listen, tlsCert, requireToken, trustedProxies, tokenFile }: Configuration,
  log: Log,
): void {
  if (isLoopback(listen) && !requireToken && tokenFile !== undefined) {
    log.warn(
      'the token file is not read, because browsers on this machine need no token: give --require-token, or leave it out',
      { tokenFile },
    );
  }
  if (isLoopback(listen) && !requireToken && trustedProxies.length > 0) {
    log.warn(
      'whoever comes through a proxy needs no token, because to the gateway they are on this machine: give --require-token',
    );
  }
  if (isLoopback(listen) || tlsCert !== undefined) return;
  log.warn(
    'the page is open to the network without TLS, so that tokens and sound can be read on their way and browsers give its visitors no microphone: give --tls-cert and --tls-key, or put a proxy with TLS before it',
    { listen },
  );
}
