// The processes of the server benchmark: how they are started, asked what they have used, and put on cores.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AUDIOFILE_BASE_PORT, unixSocketPath } from '#server/transport/addresses';
import { endsWithUs, said } from './children.ts';
import type { Usage } from './server-usage.ts';

export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly tcp: Address;
  readonly unix: Address;
  /** The page's address; empty where there is none. */
  readonly page: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** What is measured runs from dist, and this file too. */
const usageScript = new URL('./server-usage.js', import.meta.url).href;
const gatewayScript = new URL('../server/main.js', import.meta.url);
const floorScript = new URL('./server-floor.js', import.meta.url);

/** The real gateway, as `npm start` runs it, with further options. */
export async function startGateway(options: readonly string[] = []): Promise<ServerProcess> {
  const port = await freePort();
  const serverNumber = String(port - AUDIOFILE_BASE_PORT);
  const quiet = ['--log-level', 'warn'];
  // The load comes from one address, as fast as it can.
  const unlimited = ['--limits-setups-per-second', '1000000'];
  const child = start(gatewayScript, [
    '--server-number',
    serverNumber,
    '--http-port',
    '0',
    ...quiet,
    ...unlimited,
    ...options,
  ]);
  const [, page = ''] = await said(child, /^ready .* page (\S+)$/m);
  return serverProcess(child, { host: HOST, port }, { path: unixSocketPath(serverNumber) }, page);
}

export async function startFloor(): Promise<ServerProcess> {
  const child = start(floorScript, []);
  const [, port = '', path = ''] = await said(child, /^ready (\d+) (.*)$/m);
  return serverProcess(child, { host: HOST, port: Number(port) }, { path }, '');
}

/** Whether processes can be kept on one core here; otherwise the kernel moves them as it likes. */
export const canPin = process.platform === 'linux' && availableParallelism() > 1 && hasTaskset();

/** Where processes run, unless a measurement says otherwise. */
export const cores = { generator: '0', server: '1', all: `0-${availableParallelism() - 1}` };

/** Has all threads of a process run on these cores only, if that is possible here. */
export function pin(pid: number, allowedCores: string): void {
  if (canPin)
    execFileSync('taskset', ['-a', '-p', '-c', allowedCores, String(pid)], { stdio: 'ignore' });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function start(script: URL, args: readonly string[]): ChildProcess {
  const child = fork(fileURLToPath(script), args, {
    execArgv: [...execArguments(), '--import', usageScript],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return endsWithUs(child);
}

/** Such as --cpu-prof, for whoever wants to see where the time goes. */
function execArguments(): string[] {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '');
}

function serverProcess(
  child: ChildProcess,
  tcp: Address,
  unix: Address,
  page: string,
): ServerProcess {
  const { pid = 0 } = child;
  return {
    pid,
    tcp,
    unix,
    page,
    async usage() {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [Usage];
      return usage;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
