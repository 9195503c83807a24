// Servers that mix what programs play over TCP, each into an output that goes nowhere and one program that
// hears it: the gateway, and those of the machine's distribution.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { RELAY_VERSION } from '#shared/relay/frame';
import { cpuMsOf, isInstalled, type PeerProgram, startProgram } from './peer-process.ts';
import { samplesOf } from './server-client.ts';
import { sleep } from './server-pace.ts';
import { freePort, startGateway } from './server-process.ts';
import { measureStreams, type StreamLoad } from './server-streams.ts';
import { stereo } from './server-throughput.ts';

/** What each stream sends at a time, and how much of it the servers mix at once: the length of the gateway's. */
export const BLOCK_MS = 43;
/** PulseAudio keeps two blocks at the client and mixes in halves of the rest. */
const PULSE_LATENCY_MS = 4 * BLOCK_MS;
const QUANTUM_FRAMES = 2_048;
const START_MS = 1_500;
const SETTLE_MS = 2_000;
const NOISE_SECONDS = 60;
const STEREO_BYTES_PER_SECOND = 4 * 48_000;

/** The share of one core that the server takes for so many streams of 48 kHz stereo. */
export type MeasureMixing = (streamCount: number, measureMs: number) => Promise<number>;

export interface Mixer {
  readonly name: string;
  /** Programs that must be there. */
  readonly programs: readonly string[];
  /** Starts it, lets `use` measure, and ends it. */
  run(use: (measure: MeasureMixing) => Promise<void>): Promise<void>;
}

export const mixers: readonly Mixer[] = [
  { name: 'gateway', programs: [], run: runGateway },
  { name: 'PulseAudio', programs: ['pulseaudio', 'pacat', 'parec'], run: runPulseAudio },
  {
    name: 'PipeWire',
    programs: ['pipewire', 'pipewire-pulse', 'wireplumber', 'dbus-daemon', 'pacat', 'parec'],
    run: runPipeWire,
  },
];

export function isAvailable({ programs }: Mixer): boolean {
  return programs.every(isInstalled);
}

async function runGateway(use: (measure: MeasureMixing) => Promise<void>): Promise<void> {
  const gateway = await startGateway();
  const listener = new WebSocket(`${gateway.page.replace(/^http/, 'ws')}relay`);
  listener.on('open', () => {
    const hello = { type: 'hello', version: RELAY_VERSION, pageName: 'bench' };
    listener.send(JSON.stringify(hello));
    listener.send(JSON.stringify({ type: 'listen', device: 2, frameMs: 20 }));
  });
  await sleep(START_MS);
  await use(async (streamCount, measureMs) => {
    const { cpuShare } = await measureStreams(load(streamCount), gateway, {
      scale: measureMs / 4_000,
    });
    return cpuShare;
  });
  listener.terminate();
  await gateway.stop();
}

function load(clientCount: number): StreamLoad {
  return {
    name: 'stereo',
    kind: stereo,
    clientCount,
    secondsAhead: 1,
    requestsAtOnce: 1,
    requestsPerAnswer: 24,
  };
}

/** Programs that play noise to a server which speaks PulseAudio's protocol, and one that hears all. */
async function measurePulse(
  address: string,
  noise: string,
  pids: readonly number[],
  streamCount: number,
  measureMs: number,
): Promise<number> {
  const environment = { PULSE_SERVER: address };
  const format = ['--raw', '--rate=48000', '--channels=2', '--format=s16le'];
  const pace = [`--latency-msec=${PULSE_LATENCY_MS}`, `--process-time-msec=${BLOCK_MS}`];
  const players = Array.from({ length: streamCount }, () =>
    startProgram('pacat', ['--playback', ...format, ...pace, noise], environment),
  );
  await sleep(SETTLE_MS);
  const [before, startMs] = [cpuMsOf(pids), performance.now()];
  await sleep(measureMs);
  const cpuShare = (cpuMsOf(pids) - before) / (performance.now() - startMs);
  const goneCount = players.filter(({ child }) => child.exitCode !== null).length;
  await Promise.all(players.map((player) => player.stop()));
  if (goneCount > 0) throw new Error(`${goneCount} of ${streamCount} players ended too early.`);
  return cpuShare;
}

interface PulseServer {
  readonly port: number;
  /** Of what it is made of. */
  readonly servers: readonly PeerProgram[];
}

async function usePulse(
  folder: string,
  { port, servers }: PulseServer,
  use: (measure: MeasureMixing) => Promise<void>,
): Promise<void> {
  const address = `tcp:127.0.0.1:${port}`;
  const noise = path.join(folder, 'noise.raw');
  writeFileSync(noise, samplesOf(NOISE_SECONDS * STEREO_BYTES_PER_SECOND));
  const pids = servers.map(({ pid }) => pid);
  const monitor = ['--record', '--raw', '--rate=48000', '--channels=2', '--format=s16le'];
  const hearing = startProgram(
    'pacat',
    [...monitor, '--device=null-sink.monitor', `--latency-msec=${BLOCK_MS}`, '/dev/null'],
    { PULSE_SERVER: address },
  );
  await sleep(SETTLE_MS);
  await use((streamCount, measureMs) => measurePulse(address, noise, pids, streamCount, measureMs));
  await Promise.all([hearing, ...servers].map((program) => program.stop()));
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peer-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runPulseAudio(use: (measure: MeasureMixing) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const port = await freePort();
    const modules = [
      'module-null-sink sink_name=null-sink rate=48000 channels=2 format=s16le',
      `module-native-protocol-tcp port=${port} listen=127.0.0.1 auth-anonymous=1`,
    ];
    const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'];
    const server = startProgram(
      'pulseaudio',
      [...options, '--realtime=no', '--high-priority=no', ...modules.flatMap((one) => ['-L', one])],
      { HOME: folder, XDG_RUNTIME_DIR: folder },
    );
    await sleep(START_MS);
    await usePulse(folder, { port, servers: [server] }, use);
  });
}

function pipeWireFiles(port: number): Readonly<Record<string, string>> {
  const libraries =
    'context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }';
  const modules = (names: readonly string[]) =>
    `context.modules = [ ${names.map((name) => `{ name = libpipewire-module-${name} }`).join(' ')} ]`;
  const quantum = ['quantum', 'min-quantum', 'max-quantum']
    .map((name) => `default.clock.${name} = ${QUANTUM_FRAMES}`)
    .join(' ');
  return {
    'pipewire.conf': [
      `context.properties = { core.daemon = true core.name = pipewire-0 default.clock.rate = 48000 ${quantum} }`,
      libraries,
      modules([
        'protocol-native',
        'metadata',
        'spa-node-factory',
        'client-node',
        'client-device',
        'adapter',
        'link-factory',
        'session-manager',
        'access',
      ]),
      'context.objects = [',
      '{ factory = spa-node-factory args = { factory.name = support.node.driver node.name = driver priority.driver = 20000 } }',
      '{ factory = adapter args = { factory.name = support.null-audio-sink node.name = null-sink media.class = Audio/Sink audio.position = [ FL FR ] object.linger = true } }',
      ']',
    ].join('\n'),
    'pipewire-pulse.conf': [
      'context.properties = { }',
      libraries,
      modules(['protocol-native', 'client-node', 'adapter', 'metadata', 'protocol-pulse']),
      `pulse.properties = { server.address = [ "tcp:127.0.0.1:${port}" ] }`,
    ].join('\n'),
  };
}

function runPipeWire(use: (measure: MeasureMixing) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const port = await freePort();
    for (const [name, text] of Object.entries(pipeWireFiles(port))) {
      writeFileSync(path.join(folder, name), text);
    }
    const bus = `unix:path=${path.join(folder, 'bus')}`;
    const environment = {
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      DBUS_SESSION_BUS_ADDRESS: bus,
      DBUS_SYSTEM_BUS_ADDRESS: bus,
    };
    const start = async (program: string, args: readonly string[]) => {
      const started = startProgram(program, args, environment);
      await sleep(START_MS / 2);
      return started;
    };
    const dbus = await start('dbus-daemon', ['--session', '--nofork', `--address=${bus}`]);
    const core = await start('pipewire', ['-c', path.join(folder, 'pipewire.conf')]);
    const sessions = await start('wireplumber', []);
    const pulse = await start('pipewire-pulse', ['-c', path.join(folder, 'pipewire-pulse.conf')]);
    // The bus and the manager of sessions do nothing while streams flow; the other two share the work.
    await usePulse(folder, { port, servers: [core, pulse] }, use);
    await sessions.stop();
    await dbus.stop();
  });
}
