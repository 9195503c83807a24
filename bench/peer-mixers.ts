// Servers of the machine's distribution that mix what programs play over TCP, each into an output that goes
// nowhere and one program that hears it.
import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gatewayMixer } from './peer-gateway-mixer.ts';
import {
  BLOCK_MS,
  BYTES_PER_FRAME,
  loudFramesIn,
  type Mixed,
  type Mixer,
  RATE_HZ,
  type RunningMixer,
  shareDuring,
} from './peer-mixing.ts';
import { isInstalled, type PeerProgram, startProgram } from './peer-process.ts';
import { samplesOf } from './server-client.ts';
import { sleep } from './server-pace.ts';
import { freePort } from './server-process.ts';

/** PulseAudio keeps two blocks at the client and mixes in halves of the rest. */
const PULSE_LATENCY_MS = 4 * BLOCK_MS;
/** The power of two that is nearest to a block. */
const QUANTUM_FRAMES = 2_048;
const START_MS = 1_500;
const SETTLE_MS = 2_000;
const NOISE_SECONDS = 60;
const FORMAT = ['--raw', `--rate=${RATE_HZ}`, '--channels=2', '--format=s16le'];

export const mixers: readonly Mixer[] = [
  gatewayMixer,
  { name: 'PulseAudio', programs: ['pulseaudio', 'pacat'], start: startPulseAudio },
  {
    name: 'PipeWire',
    programs: ['pipewire', 'pipewire-pulse', 'wireplumber', 'dbus-daemon', 'pacat'],
    start: startPipeWire,
  },
];

export function isAvailable({ programs }: Mixer): boolean {
  return programs.every(isInstalled);
}

interface PulseServer {
  /** Where its files are; removed at its end. */
  readonly folder: string;
  readonly port: number;
  /** Whose CPU counts. */
  readonly servers: readonly PeerProgram[];
  /** What else it needs, and ends with it. */
  readonly helpers: readonly PeerProgram[];
}

/** A server that speaks PulseAudio's protocol, with one program that hears its null sink. */
async function hearing({ folder, port, servers, helpers }: PulseServer): Promise<RunningMixer> {
  const environment = { PULSE_SERVER: `tcp:127.0.0.1:${port}` };
  const noise = path.join(folder, 'noise.raw');
  const recorded = path.join(folder, 'heard.raw');
  writeFileSync(noise, samplesOf(NOISE_SECONDS * RATE_HZ * BYTES_PER_FRAME));
  writeFileSync(recorded, '');
  const hearer = startProgram(
    'pacat',
    ['--record', ...FORMAT, '--device=null-sink.monitor', `--latency-msec=${BLOCK_MS}`, recorded],
    environment,
  );
  await sleep(SETTLE_MS);
  const pids = servers.map(({ pid }) => pid);
  const loudFrames = loudFramesOf(recorded);
  return {
    measure: (streamCount, measureMs) =>
      measurePulse(environment, noise, streamCount, () => shareDuring(measureMs, pids, loudFrames)),
    async stop() {
      await Promise.all([hearer, ...servers, ...helpers].map((program) => program.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function measurePulse(
  environment: NodeJS.ProcessEnv,
  noise: string,
  streamCount: number,
  measure: () => Promise<Mixed>,
): Promise<Mixed> {
  const pace = [`--latency-msec=${PULSE_LATENCY_MS}`, `--process-time-msec=${BLOCK_MS}`];
  const players = Array.from({ length: streamCount }, () =>
    startProgram('pacat', ['--playback', ...FORMAT, ...pace, noise], environment),
  );
  await sleep(SETTLE_MS);
  const mixed = await measure();
  const goneCount = players.filter(({ child }) => child.exitCode !== null).length;
  await Promise.all(players.map((player) => player.stop()));
  if (goneCount > 0) throw new Error(`${goneCount} of ${streamCount} players ended too early.`);
  return mixed;
}

/** Counts the frames that are not silent in what a program writes to a file, as far as it has come. */
function loudFramesOf(file: string): () => number {
  let readBytes = 0;
  let loudCount = 0;
  return () => {
    const bytes = Buffer.alloc(statSync(file).size - readBytes);
    const descriptor = openSync(file, 'r');
    const byteCount = readSync(descriptor, bytes, 0, bytes.length, readBytes);
    closeSync(descriptor);
    const wholeBytes = byteCount - (byteCount % BYTES_PER_FRAME);
    readBytes += wholeBytes;
    loudCount += loudFramesIn(bytes.subarray(0, wholeBytes));
    return loudCount;
  };
}

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'peer-'));
}

async function startPulseAudio(): Promise<RunningMixer> {
  const folder = newFolder();
  const port = await freePort();
  const modules = [
    `module-null-sink sink_name=null-sink rate=${RATE_HZ} channels=2 format=s16le`,
    `module-native-protocol-tcp port=${port} listen=127.0.0.1 auth-anonymous=1`,
  ];
  const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'];
  const server = startProgram(
    'pulseaudio',
    [...options, '--realtime=no', '--high-priority=no', ...modules.flatMap((one) => ['-L', one])],
    { HOME: folder, XDG_RUNTIME_DIR: folder },
  );
  await sleep(START_MS);
  return hearing({ folder, port, servers: [server], helpers: [] });
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

async function startPipeWire(): Promise<RunningMixer> {
  const folder = newFolder();
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
  return hearing({ folder, port, servers: [core, pulse], helpers: [sessions, dbus] });
}
