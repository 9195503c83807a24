// The gateway as a process of its own, on free ports: for signals, limits of the system, and memory.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { unixSocketPath } from '#server/transport/addresses';
import { freePort, freeServerNumber } from '#test/server/gateway-parts';
import type { RunningTest } from './running-test.ts';

const root = path.resolve(import.meta.dirname, '../../..');
/** Of the kernel's times in /proc; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PROBE = ['--expose-gc', '--import', path.join(root, 'scripts/lib/gateway-probe.mjs')];

/** Node's last line when an error has ended it, which no test wants of a gateway. */
const UNCAUGHT = /^Node\.js v\d/m;
/** Of what such a gateway said at last. */
const SHOWN_CHARACTERS = 2_000;

/** To be awaited before the first process is started. */
export async function compileGateway(): Promise<void> {
  const { compile }: { compile: (projects: string[]) => Promise<number> } = await import(
    path.join(root, 'scripts/lib/build.mjs')
  );
  if ((await compile(['server'])) !== 0) throw new Error('the server does not compile');
}

export interface ProcessOptions {
  readonly args?: readonly string[];
  /** Where a gateway was that this one replaces; free ones otherwise. */
  readonly place?: { readonly serverNumber: number; readonly httpPort: number };
  /** How many files it may have open. */
  readonly fileLimit?: number;
  /** Whether it can be asked how it is: see `probeOf`. */
  readonly isProbed?: boolean;
}

/** Starts the compiled gateway and waits for its line `ready`; killed when the test has finished. */
export async function startProcess(test: RunningTest, options: ProcessOptions = {}) {
  const { args = [], fileLimit = 8_192, isProbed = false, place } = options;
  const serverNumber = place?.serverNumber ?? (await freeServerNumber());
  const httpPort = place?.httpPort ?? (await freePort());
  const command = [
    ...[
      process.execPath,
      ...(isProbed ? PROBE : []),
      'dist/server/main.js',
      '--server-number',
      String(serverNumber),
    ],
    ...['--http-port', String(httpPort), ...args],
  ];
  const limited = `ulimit -n ${fileLimit} && exec "$@"`;
  const child = spawn('sh', ['-c', limited, 'sh', ...command], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe', ...(isProbed ? (['ipc'] as const) : [])],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  test.onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(unixSocketPath(String(serverNumber)), { force: true });
    if (UNCAUGHT.test(output.stderr)) {
      throw new Error(`The gateway failed: ${output.stderr.slice(-SHOWN_CHARACTERS)}`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => /^ready /m.test(output.stdout) && resolve());
    ended.then(() => reject(new Error(`it ended: ${output.stdout}${output.stderr}`)));
  });
  return { child, output, ended, serverNumber, httpPort, pid: child.pid ?? 0 };
}

export type GatewayProcess = Awaited<ReturnType<typeof startProcess>>;

/** Undefined while it runs; otherwise its exit code, or the signal that somebody sent it. */
export function endOf({ child }: GatewayProcess): string | undefined {
  const { exitCode, signalCode } = child;
  if (signalCode !== null) return `was ended by ${signalCode}`;
  return exitCode === null ? undefined : `ended with ${exitCode}`;
}

/** What scripts/lib/gateway-probe.mjs tells. */
export interface Figures {
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly residentBytes: number;
  /** The longest turn of the event loop since it was last asked, in processor time. */
  readonly busyTurnMs: number;
  /** How late the event loop was at most since then, for whatever reason. */
  readonly delayMaxMs: number;
}

export interface Probe {
  figures(): Promise<Figures>;
  /** After a garbage collection. */
  collected(): Promise<Figures>;
}

/** Asks a gateway that was started with `isProbed`. */
export function probeOf({ child }: GatewayProcess): Probe {
  let lastId = 0;
  const answers = new Map<number, (figures: Figures) => void>();
  child.on('message', (message) => {
    const { id, answer } = message as { id: number; answer: Figures };
    answers.get(id)?.(answer);
    answers.delete(id);
  });
  const ask = (what: string): Promise<Figures> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      answers.set(lastId, resolve);
      child.send({ id: lastId, what }, (error) => error && reject(error));
    });
  return { figures: () => ask('figures'), collected: () => ask('collect') };
}

/** Linux only: the memory that a process really has. */
export function residentBytes(pid: number): number {
  const [, kib = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return 1024 * Number(kib);
}

/** Linux only: the processor time that a process has had. */
export function processorMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const [userTicks = 0, systemTicks = 0] = afterName.slice(11, 13).map(Number);
  return ((userTicks + systemTicks) * 1_000) / TICKS_PER_SECOND;
}
