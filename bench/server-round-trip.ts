// How long a GetTime takes there and back, beside a bare server that echoes as many bytes.

import { devices, type LoadClient, openClient, openFloor, request } from './server-client.ts';
import { median, type Pace, quantile } from './server-pace.ts';
import { type Address, canPin, cores, pin, type ServerProcess } from './server-process.ts';

const ROUNDS = 7;
const ROUND_MS = 250;

interface RoundTrip {
  readonly medianUs: number;
  readonly p99Us: number;
}

interface Placement {
  readonly name: string;
  /** The cores of the server and of the client. */
  readonly server: string;
  readonly client: string;
}

const placements: readonly Placement[] = canPin
  ? [
      {
        name: `both on core ${cores.server}`,
        server: cores.server,
        client: cores.server,
      },
      {
        name: `server on core ${cores.server}, client on core ${cores.generator}`,
        server: cores.server,
        client: cores.generator,
      },
    ]
  : [{ name: 'not pinned', server: cores.all, client: cores.all }];

export interface RoundTripResult {
  readonly transport: 'TCP' | 'UNIX socket';
  readonly placement: string;
  readonly gateway: RoundTrip;
  readonly floor: RoundTrip;
  /** Of the medians of each round. */
  readonly timesFloor: readonly number[];
}

export async function measureRoundTrips(
  gateway: ServerProcess,
  floor: ServerProcess,
  { scale }: Pace,
): Promise<RoundTripResult[]> {
  const results: RoundTripResult[] = [];
  for (const placement of placements) {
    for (const server of [gateway, floor]) pin(server.pid, placement.server);
    pin(process.pid, placement.client);
    for (const [transport, door] of [
      ['TCP', 'tcp'],
      ['UNIX socket', 'unix'],
    ] as const) {
      const measured = await compareRoundTrips(gateway[door], floor[door], ROUND_MS * scale);
      results.push({ transport, placement: placement.name, ...measured });
    }
  }
  return results;
}

async function compareRoundTrips(gateway: Address, floor: Address, roundMs: number) {
  const { load, context } = await openClient(gateway, devices.codec);
  const getTime = request('GetTime', { context });
  const echo = openFloor(floor, getTime.length);
  const own: number[][] = [];
  const floors: number[][] = [];
  await roundTrips(load, getTime, roundMs);
  await roundTrips(echo, getTime, roundMs);
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await roundTrips(load, getTime, roundMs));
    floors.push(await roundTrips(echo, getTime, roundMs));
  }
  load.close();
  echo.close();
  return {
    gateway: summary(own),
    floor: summary(floors),
    timesFloor: own.map((times, round) => median(times) / median(floors[round] ?? [])),
  };
}

function summary(rounds: readonly number[][]): RoundTrip {
  const all = rounds.flat();
  return { medianUs: quantile(all, 0.5), p99Us: quantile(all, 0.99) };
}

/** Asks one after the other for so long; gives how long each took, in microseconds. */
function roundTrips(client: LoadClient, question: Uint8Array<ArrayBuffer>, forMs: number) {
  return new Promise<number[]>((resolve) => {
    const times: number[] = [];
    const startMs = performance.now();
    let askedMs = startMs;
    client.onAnswer = () => {
      const nowMs = performance.now();
      times.push((nowMs - askedMs) * 1_000);
      askedMs = nowMs;
      if (nowMs - startMs < forMs) client.send(question);
      else resolve(times);
    };
    client.send(question);
  });
}
