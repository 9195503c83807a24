// What a gateway costs that nobody uses, and clients that are there and do nothing.
import { devices, openClient, type PlayingClient } from './server-client.ts';
import { type Pace, sleep } from './server-pace.ts';
import { cores, pin, startGateway } from './server-process.ts';

/** Until the code is compiled and Node has tidied its memory after the start. */
const START_SETTLE_MS = 30_000;
const SETTLE_MS = 2_000;
const IDLE_MS = 10_000;
const CLIENT_COUNT = 1_500;
const CLIENTS_IDLE_MS = 4_000;

export interface IdleResult {
  readonly residentBytes: number;
  /** In parts of one core. */
  readonly cpuShare: number;
  readonly clientCount: number;
  readonly bytesPerClient: number;
  readonly cpuShareWithClients: number;
}

/** In a gateway of its own, because memory remembers what came before. */
export async function measureIdle({ scale }: Pace): Promise<IdleResult> {
  const gateway = await startGateway();
  pin(gateway.pid, cores.server);
  const cpuShareDuring = async (durationMs: number): Promise<number> => {
    const before = await gateway.usage();
    const startMs = performance.now();
    await sleep(durationMs);
    const after = await gateway.usage();
    return (after.cpuMs - before.cpuMs) / (performance.now() - startMs);
  };
  await sleep(START_SETTLE_MS * scale);
  const cpuShare = await cpuShareDuring(IDLE_MS * scale);
  const { residentBytes } = await gateway.usage();

  const clients: PlayingClient[] = [];
  const clientCount = Math.ceil(CLIENT_COUNT * scale);
  while (clients.length < clientCount) clients.push(await openClient(gateway.tcp, devices.codec));
  await sleep(SETTLE_MS * scale);
  const cpuShareWithClients = await cpuShareDuring(CLIENTS_IDLE_MS * scale);
  const withClients = await gateway.usage();
  for (const { load } of clients) load.close();
  await gateway.stop();
  return {
    residentBytes,
    cpuShare,
    clientCount,
    bytesPerClient: (withClients.residentBytes - residentBytes) / clientCount,
    cpuShareWithClients,
  };
}
