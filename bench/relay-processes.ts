// The processes of the relay's benchmark: a gateway with a program that plays, the floors, and a process of
// listeners for each, with the server on one core and the listeners on another.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
import { endsWithUs, said } from './children.ts';
import type { Delays, ListenersOrder } from './relay-listeners.ts';
import { startProgram } from './relay-program.ts';
import type { FloorKind, FloorOrder } from './relay-server.ts';
import type { LoopDelay, Question, Use } from './relay-usage.ts';
import { canPin, cores, freePort, pin } from './server-process.ts';

export type ServerKind = 'gateway' | FloorKind;

/** A server and its listeners. Nothing is sent before `start`. */
export interface Fanout {
  start(): Promise<void>;
  stop(): Promise<void>;
  use(): Promise<Use>;
  watchLoop(): Promise<void>;
  loopDelay(): Promise<LoopDelay>;
  listeners(order: ListenersOrder): Promise<void>;
  /** How long frames were under way since the last time, by the clock that all processes share. */
  takeDelays(): Promise<Delays>;
  close(): Promise<void>;
}

/** What sends and what does not, in this process. */
interface Sound {
  start(): Promise<void>;
  stop(): void;
  close(): void;
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly sound: Sound;
}

const gatewayScript = fileURLToPath(new URL('../server/main.js', import.meta.url));
const floorScript = fileURLToPath(new URL('./relay-server.js', import.meta.url));
const listenersScript = fileURLToPath(new URL('./relay-listeners.js', import.meta.url));
const usageScript = new URL('./relay-usage.js', import.meta.url).href;

export async function startFanout(kind: ServerKind): Promise<Fanout> {
  const { child, port, sound } = await (kind === 'gateway' ? startGateway() : startFloor(kind));
  const listeners = start(listenersScript, [String(port)], []);
  keepOn(child, cores.server);
  keepOn(listeners, cores.generator);
  const order = (message: ListenersOrder) => ask<unknown>(listeners, message);
  const question = <T>(name: Question) => ask<T>(child, name);
  const use = () => question<Use>('use');
  return {
    async start() {
      await order({ type: 'wake', isAwake: true });
      await sound.start();
    },
    async stop() {
      sound.stop();
      await order({ type: 'wake', isAwake: false });
    },
    use,
    watchLoop: () => question('watchLoop'),
    loopDelay: () => question<LoopDelay>('loopDelay'),
    async listeners(message) {
      await order(message);
    },
    async takeDelays() {
      const { clockBehindMs } = await use();
      return ((await order({ type: 'take' })) as Delays).map((delay) => delay - clockBehindMs);
    },
    async close() {
      sound.close();
      for (const each of [listeners, child]) {
        const ended = once(each, 'exit');
        each.kill();
        await ended;
      }
    },
  };
}

async function startGateway(): Promise<Started> {
  const port = await freePort();
  const child = startServer(gatewayScript, [
    ...['--server-number', String(port - AUDIOFILE_BASE_PORT), '--http-port', '0'],
    ...['--no-unix-socket', '--log-level', 'warn', '--limits-pages', '10000'],
    // A listener that stalls shall stay.
    ...['--limits-stalled-listener-ms', '600000'],
  ]);
  const [, httpPort] = await said(child, /^ready .*:(\d+)\/?\S*$/m);
  return { child, port: Number(httpPort), sound: await startProgram(port) };
}

async function startFloor(kind: FloorKind): Promise<Started> {
  const child = startServer(floorScript, [kind]);
  const [, port] = await said(child, /^ready (\d+)$/m);
  const tell = (order: FloorOrder) => child.send(order);
  const sound = { start: async () => void tell('start'), stop: () => tell('stop'), close() {} };
  return { child, port: Number(port), sound };
}

function startServer(script: string, args: readonly string[]): ChildProcess {
  const options = (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((each) => each !== '');
  return start(script, args, [...options, '--import', usageScript]);
}

function start(script: string, args: readonly string[], execArgv: readonly string[]): ChildProcess {
  const child = fork(script, args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  return endsWithUs(child);
}

function keepOn({ pid }: ChildProcess, allowedCores: string): void {
  if (canPin && pid !== undefined) pin(pid, allowedCores);
}

async function ask<T>(child: ChildProcess, message: object | string): Promise<T> {
  const answered = once(child, 'message');
  child.send(message);
  const [answer] = await answered;
  return answer as T;
}
