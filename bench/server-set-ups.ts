// How many clients a second are set up.
import { LoadClient, openFloor, setUp } from './server-client.ts';
import type { Pace } from './server-pace.ts';
import type { ServerProcess } from './server-process.ts';

const SET_UP_MS = 1_500;
const SET_UP_BYTES = 12;
/** With five devices and a vendor of seventeen characters. */
const SET_UP_ANSWER_BYTES = 268;
/** How many programs connect at the same time. */
const CONNECTING = 8;

export interface SetUps {
  readonly perSecond: number;
  /** Of the server's, for each. */
  readonly cpuUs: number;
}

export function measureSetUps(gateway: ServerProcess, pace: Pace): Promise<SetUps> {
  return connectAndClose(gateway, pace, async () => {
    const load = new LoadClient(gateway.tcp);
    await setUp(load);
    load.close();
  });
}

/** The same with a server that answers twelve bytes with as many as a set-up's answer has. */
export function measureFloorSetUps(floor: ServerProcess, pace: Pace): Promise<SetUps> {
  return connectAndClose(floor, pace, async () => {
    const load = openFloor(floor.tcp, SET_UP_BYTES, SET_UP_ANSWER_BYTES);
    await load.ask(new Uint8Array(SET_UP_BYTES), SET_UP_ANSWER_BYTES);
    load.close();
  });
}

/** By several programs at a time. */
async function connectAndClose(
  server: ServerProcess,
  { scale }: Pace,
  connectOnce: () => Promise<void>,
): Promise<SetUps> {
  const before = await server.usage();
  const startMs = performance.now();
  let count = 0;
  const connectAgain = async () => {
    for (; performance.now() - startMs < SET_UP_MS * scale; count += 1) await connectOnce();
  };
  await Promise.all(Array.from({ length: CONNECTING }, connectAgain));
  const elapsedMs = performance.now() - startMs;
  const after = await server.usage();
  return {
    perSecond: (1_000 * count) / elapsedMs,
    cpuUs: (1_000 * (after.cpuMs - before.cpuMs)) / count,
  };
}
