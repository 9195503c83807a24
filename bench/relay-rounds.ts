// The measurement itself: gateway and floors take turns in sending to the same number of listeners, several
// times, so that what slows the machine down slows all of them down.
import { type Spread, spreadOf } from './measure.ts';
import { type Fanout, type ServerKind, startFanout } from './relay-processes.ts';
import { quantile, sleep } from './server-pace.ts';

export interface RelayPace {
  readonly listenerCounts: readonly number[];
  /** Of each server: V8 goes on optimizing what runs fifty times a second for a while. */
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly settleMs: number;
  readonly measureMs: number;
}

/** What one server took and gave at one number of listeners. */
export interface RelayPoint {
  readonly kind: ServerKind;
  readonly listenerCount: number;
  /** As a part of one core. */
  readonly cpuShare: Spread;
  readonly timesWs: Spread;
  readonly timesRaw: Spread;
  readonly delayP50Ms: Spread;
  readonly delayP99Ms: Spread;
  readonly loopDelayP99Ms: number;
  /** The part of its frames that a listener got. */
  readonly gotShare: number;
  /** By how much the process grew for each listener. */
  readonly bytesPerListener: number;
}

/** The gateway with and without one more listener that reads nothing, in turns. */
export interface StallFigures {
  readonly listenerCount: number;
  readonly withoutP99Ms: Spread;
  readonly withP99Ms: Spread;
}

export interface RelayFigures {
  readonly points: readonly RelayPoint[];
  readonly stall: StallFigures;
}

interface Round {
  readonly cpuShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly gotShare: number;
}

const KINDS: readonly ServerKind[] = ['gateway', 'bare ws', 'raw sockets'];
const FRAME_MS = 20;
const STALL_LISTENERS = 500;
/** A listener that stalls takes so long until all buffers before it are full. */
const STALL_SETTLE_MS = 6_000;

type Fanouts = ReadonlyMap<ServerKind, Fanout>;

export async function measureRelay(pace: RelayPace): Promise<RelayFigures> {
  const fanouts = new Map<ServerKind, Fanout>();
  for (const kind of KINDS) fanouts.set(kind, await startFanout(kind));
  for (const fanout of fanouts.values()) await fanout.listeners({ type: 'open', count: 1 });
  await everybodySends(fanouts, pace.warmUpMs, pace);
  const emptyBytes = await residentBytes(fanouts);
  const points: RelayPoint[] = [];
  let stall: StallFigures | undefined;
  let listenerCount = 1;
  for (const wanted of pace.listenerCounts) {
    if (stall === undefined && wanted > STALL_LISTENERS) {
      stall = await measureStall(fanouts, listenerCount, pace);
    }
    for (const fanout of fanouts.values()) {
      await fanout.listeners({ type: 'open', count: wanted - listenerCount });
    }
    listenerCount = wanted;
    points.push(...(await pointsOf(fanouts, listenerCount, pace, emptyBytes)));
  }
  stall ??= await measureStall(fanouts, listenerCount, pace);
  for (const fanout of fanouts.values()) await fanout.close();
  return { points, stall };
}

async function pointsOf(
  fanouts: Fanouts,
  listenerCount: number,
  pace: RelayPace,
  emptyBytes: ReadonlyMap<ServerKind, number>,
): Promise<RelayPoint[]> {
  const rounds = new Map<ServerKind, Round[]>(KINDS.map((kind) => [kind, []]));
  await everybodySends(fanouts, pace.measureMs, pace);
  for (let i = 0; i < pace.rounds; i++) {
    for (const [kind, fanout] of fanouts) {
      rounds.get(kind)?.push(await measureRound(fanout, listenerCount, pace));
    }
  }
  const loopDelays = new Map<ServerKind, number>();
  for (const [kind, fanout] of fanouts) loopDelays.set(kind, await loopDelay(fanout, pace));
  const grownBytes = await residentBytes(fanouts);
  const of = (kind: ServerKind) => rounds.get(kind) ?? [];
  return KINDS.map((kind) => {
    const own = of(kind);
    const figure = (name: keyof Round) => spreadOf(own.map((round) => round[name]));
    const times = (floor: ServerKind) =>
      spreadOf(own.map(({ cpuShare }, i) => cpuShare / (of(floor)[i]?.cpuShare ?? Number.NaN)));
    const bytes = (grownBytes.get(kind) ?? 0) - (emptyBytes.get(kind) ?? 0);
    return {
      ...{ kind, listenerCount },
      cpuShare: figure('cpuShare'),
      timesWs: times('bare ws'),
      timesRaw: times('raw sockets'),
      delayP50Ms: figure('p50Ms'),
      delayP99Ms: figure('p99Ms'),
      loopDelayP99Ms: loopDelays.get(kind) ?? Number.NaN,
      gotShare: figure('gotShare').median,
      bytesPerListener: bytes / listenerCount,
    };
  });
}

async function measureStall(
  fanouts: Fanouts,
  listenerCount: number,
  pace: RelayPace,
): Promise<StallFigures> {
  const gateway = fanouts.get('gateway');
  const rounds: { without: number; with: number }[] = [];
  for (let i = 0; gateway !== undefined && i < pace.rounds; i++) {
    const without = await measureRound(gateway, listenerCount, pace);
    await gateway.listeners({ type: 'stall' });
    const settleMs = Math.min(STALL_SETTLE_MS, 4 * pace.measureMs);
    const stalled = await measureRound(gateway, listenerCount, { ...pace, settleMs });
    await gateway.listeners({ type: 'endStall' });
    rounds.push({ without: without.p99Ms, with: stalled.p99Ms });
  }
  return {
    listenerCount,
    withoutP99Ms: spreadOf(rounds.map((round) => round.without)),
    withP99Ms: spreadOf(rounds.map((round) => round.with)),
  };
}

/** The first sound warms up code, and fills buffers that stay. */
async function everybodySends(
  fanouts: Fanouts,
  durationMs: number,
  { settleMs }: RelayPace,
): Promise<void> {
  for (const fanout of fanouts.values()) {
    await fanout.start();
    await sleep(settleMs + durationMs);
    await fanout.stop();
  }
  await sleep(settleMs);
}

async function residentBytes(fanouts: Fanouts): Promise<Map<ServerKind, number>> {
  const bytes = new Map<ServerKind, number>();
  for (const [kind, fanout] of fanouts) bytes.set(kind, (await fanout.use()).residentBytes);
  return bytes;
}

async function measureRound(
  fanout: Fanout,
  listenerCount: number,
  { settleMs, measureMs }: RelayPace,
): Promise<Round> {
  await fanout.start();
  await sleep(settleMs);
  await fanout.takeDelays();
  const [from, fromMs] = [await fanout.use(), performance.now()];
  await sleep(measureMs);
  const [to, toMs] = [await fanout.use(), performance.now()];
  const delaysMs = await fanout.takeDelays();
  await fanout.stop();
  // What was played ahead, and what is on its way.
  await sleep(settleMs);
  return {
    cpuShare: (to.cpuMs - from.cpuMs) / (toMs - fromMs),
    p50Ms: quantile(delaysMs, 0.5),
    p99Ms: quantile(delaysMs, 0.99),
    gotShare: delaysMs.length / ((listenerCount * (toMs - fromMs)) / FRAME_MS),
  };
}

/** Apart from the rest: watching it takes CPU itself. */
async function loopDelay(fanout: Fanout, { settleMs, measureMs }: RelayPace): Promise<number> {
  await fanout.start();
  await sleep(settleMs);
  await fanout.watchLoop();
  await sleep(2 * measureMs);
  const { p99Ms } = await fanout.loopDelay();
  await fanout.stop();
  await sleep(settleMs);
  return p99Ms;
}
