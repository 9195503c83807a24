// A gateway that a test kills, and starts anew in the same place.
import { type GatewayProcess, type ProcessOptions, startProcess } from './gateway-process.ts';
import type { RunningTest } from './running-test.ts';
import { sleepMs } from './waiting.ts';

export interface RestartableGateway {
  readonly serverNumber: number;
  readonly httpPort: number;
  /** The one that runs, or ran last. */
  readonly process: GatewayProcess;
  /** Without a word to anybody. */
  kill(): Promise<void>;
  start(): Promise<void>;
  killAndRestart(awayMs: number): Promise<void>;
}

export async function startRestartable(
  test: RunningTest,
  options: ProcessOptions = {},
): Promise<RestartableGateway> {
  let running = await startProcess(test, options);
  const { serverNumber, httpPort } = running;
  const place = { serverNumber, httpPort };
  async function kill(): Promise<void> {
    running.child.kill('SIGKILL');
    await running.ended;
  }
  async function start(): Promise<void> {
    running = await startProcess(test, { ...options, place });
  }
  return {
    ...place,
    get process() {
      return running;
    },
    kill,
    start,
    async killAndRestart(awayMs) {
      await kill();
      await sleepMs(awayMs);
      await start();
    },
  };
}
