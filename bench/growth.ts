// How cost grows: programs that play, and devices that are played on. Each count beside the smallest one, so
// that what grows faster than its cause is seen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DeviceIndex } from '#shared/protocol/ids';
import { type LineChartOptions, lineChart } from './chart.ts';
import type { BenchmarkOptions, Figure, Section } from './section.ts';
import { ordinaryPace, type Pace, quickPace } from './server-pace.ts';
import { cores, pin, type ServerProcess, startFloor, startGateway } from './server-process.ts';
import {
  measureFloorStreams,
  measureStreams,
  type StreamLoad,
  type StreamResult,
} from './server-streams.ts';
import { muLaw, type SoundKind, stereo } from './server-throughput.ts';

const CLIENTS = [1, 10, 50, 100, 250, 500, 1_000, 1_500, 2_000];
const DEVICES = [1, 2, 4, 8, 16, 32];
const QUICK_CLIENTS = [1, 10];
const QUICK_DEVICES = [1, 2];
/** Every device is played on by so many programs. */
const STREAMS_PER_DEVICE = 4;

interface Point {
  readonly count: number;
  readonly own: StreamResult;
  readonly floor: StreamResult;
}

export async function growth({ isQuick }: BenchmarkOptions): Promise<Section> {
  const pace = isQuick ? quickPace : ordinaryPace;
  const floor = await startFloor();
  pin(floor.pid, cores.server);
  pin(process.pid, cores.generator);
  try {
    const clients = await clientPoints(isQuick ? QUICK_CLIENTS : CLIENTS, floor, pace);
    const devices = await devicePoints(isQuick ? QUICK_DEVICES : DEVICES, floor, pace);
    return section(clients, devices);
  } finally {
    pin(process.pid, cores.all);
    await floor.stop();
  }
}

function load(kind: SoundKind, clientCount: number, requestsPerAnswer: number): StreamLoad {
  return {
    name: kind.name,
    kind,
    clientCount,
    secondsAhead: 1,
    requestsAtOnce: 1,
    requestsPerAnswer,
  };
}

async function clientPoints(
  counts: readonly number[],
  floor: ServerProcess,
  pace: Pace,
): Promise<Point[]> {
  const limit = String(Math.max(...counts) + 1);
  const gateway = await startGateway(['--limits-clients', limit]);
  pin(gateway.pid, cores.server);
  const points: Point[] = [];
  for (const count of counts) {
    const streams = load(muLaw, count, 1);
    const own = await measureStreams(streams, gateway, pace);
    points.push({ count, own, floor: await measureFloorStreams(streams, floor, pace) });
  }
  await gateway.stop();
  return points;
}

async function devicePoints(
  counts: readonly number[],
  floor: ServerProcess,
  pace: Pace,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const count of counts) {
    const folder = mkdtempSync(path.join(tmpdir(), 'growth-'));
    const file = path.join(folder, 'gateway.json');
    const devices = Array.from({ length: count }, (_, i) => ({
      name: `stereo-${i}`,
      rateHz: 48_000,
      channelCount: 2,
      encoding: 'LIN16',
    }));
    writeFileSync(file, JSON.stringify({ devices }));
    const gateway = await startGateway(['--config', file]);
    pin(gateway.pid, cores.server);
    const streams = load(stereo, count * STREAMS_PER_DEVICE, 24);
    const deviceOf = (stream: number) => (stream % count) as DeviceIndex;
    const own = await measureStreams(streams, gateway, pace, deviceOf);
    points.push({ count, own, floor: await measureFloorStreams(streams, floor, pace) });
    await gateway.stop();
    rmSync(folder, { recursive: true });
  }
  return points;
}

function section(clients: readonly Point[], devices: readonly Point[]): Section {
  const what = { clients: 'programs playing mu-law', devices: 'devices played on' };
  return {
    title: 'growth: what more of everything costs',
    columns: ['what', 'count', 'CPU', 'floor', 'times floor', 'CPU of each', 'late', 'answers p99'],
    rows: [
      ...clients.map((point) => row(what.clients, point)),
      ...devices.map((point) => row(what.devices, point)),
    ],
    figures: [
      ...clients.flatMap((point) => figure(what.clients, point)),
      ...devices.flatMap((point) => figure(what.devices, point)),
    ],
    charts: [
      chart('CPU by programs', 'programs that play mu-law', clients),
      chart('CPU by devices', `devices, ${STREAMS_PER_DEVICE} stereo streams each`, devices),
    ],
    notes: [
      `Programs send 8,000 bytes of mu-law once a second, a second ahead; on each device ${STREAMS_PER_DEVICE} programs play 48 kHz stereo in requests of 43 ms. The floor is a bare server that reads the same bytes at the same moments and looks at nothing. Server and load generator have a core each.`,
    ],
  };
}

function row(what: string, { count, own, floor }: Point): string[] {
  return [
    what,
    String(count),
    `${(100 * own.cpuShare).toFixed(2)} %`,
    `${(100 * floor.cpuShare).toFixed(2)} %`,
    (own.cpuShare / floor.cpuShare).toFixed(2),
    `${((100 * own.cpuShare) / count).toFixed(3)} %`,
    `${own.lateCount} of ${own.answerCount}`,
    `${own.answerP99Ms.toFixed(1)} ms`,
  ];
}

/** Below so many CPU milliseconds a second a ratio is mostly chance. */
const LEAST_SHARE = 0.01;

function figure(what: string, { count, own, floor }: Point): Figure[] {
  if (floor.cpuShare < LEAST_SHARE) return [];
  return [{ name: `${count} ${what}`, ratio: own.cpuShare / floor.cpuShare }];
}

function chart(name: string, label: string, points: readonly Point[]) {
  const options: LineChartOptions = {
    title: name,
    x: { label, scale: 'log' },
    y: { label: 'CPU', unit: '% of a core', scale: 'log' },
    hasDots: true,
    series: [
      { name: 'gateway', points: points.map(({ count, own }) => [count, 100 * own.cpuShare]) },
      { name: 'floor', points: points.map(({ count, floor }) => [count, 100 * floor.cpuShare]) },
    ],
  };
  return { name, svg: lineChart(options) };
}
