// The one place that wires everything together: a gateway from its parts, and the process around it.
import { existsSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { DeviceStatus, DoorStatus, GatewayStatus } from '#shared/relay/status';
import { ConfigError } from './config/config-error.ts';
import { helpText } from './config/help.ts';
import { loadConfiguration } from './config/sources.ts';
import type { Configuration } from './config.ts';
import type { Device } from './devices/face.ts';
import { createHttpApp } from './http/app.ts';
import { hostCheck } from './http/host-check.ts';
import { pageLink } from './http/page-link.ts';
import { type Log, stderrLog } from './log.ts';
import { obeySignals } from './process.ts';
import { pageFolder, version } from './root.ts';
import { createSoundServer } from './sound-server.ts';
import { tcpPort, unixSocketPath } from './transport/addresses.ts';
import type { TransportConnection } from './transport/connection.ts';
import { type Listener, listenTcp, listenUnix } from './transport/listen.ts';
import { ListenError, tcpListenError } from './transport/listen-error.ts';

export interface Gateway {
  readonly addresses: {
    /** Where AudioFile programs connect: `address:port`, then the socket's path if there is one. */
    readonly audioFile: readonly string[];
    /** The link to the page. */
    readonly page: string;
  };
  reload(configuration: Configuration): void;
  /** Stops accepting, lets what is under way end, and closes everything. */
  close(): Promise<void>;
}

/** How long connections may take to end before they are cut. */
const CLOSE_MS = 1_500;

const EXIT_NOT_STARTED = 1;
const EXIT_BAD_CONFIGURATION = 2;

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
    reload: (changed) => sound.reload(changed),
    close,
  };
}

function deviceStatus(device: Device, index: number): DeviceStatus {
  const { name, rateHz, channelCount, encoding } = device;
  return { index, name, rateHz, channelCount, encoding };
}

/** Runs the gateway as this process, until a signal ends it. */
export async function main(args: readonly string[]): Promise<void> {
  const load = () => loadConfiguration({ args, environment: process.env });
  try {
    const { configuration, commandLine, warnings } = load();
    if (commandLine.wantsHelp || commandLine.wantsVersion) {
      process.stdout.write(commandLine.wantsHelp ? helpText() : `${version}\n`);
      return;
    }
    const log = stderrLog(configuration.logLevel);
    for (const warning of warnings) log.warn(warning);
    const gateway = await startGateway(configuration, log);
    const reload = () => gateway.reload(load().configuration);
    obeySignals({ reload, close: gateway.close }, log);
    sayReady(gateway);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof ListenError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof ConfigError ? EXIT_BAD_CONFIGURATION : EXIT_NOT_STARTED;
  }
}

/** A line for people, then the one for programs that wait until everything answers. */
function sayReady({ addresses: { audioFile, page } }: Gateway): void {
  process.stdout.write(
    `Open ${page} in a browser to see what runs.\nready AudioFile ${audioFile.join(' ')} page ${page}\n`,
  );
}

function isRunDirectly(): boolean {
  const [, script] = process.argv;
  return (
    script !== undefined &&
    existsSync(script) &&
    realpathSync(script) === fileURLToPath(import.meta.url)
  );
}

if (isRunDirectly()) await main(process.argv.slice(2));
