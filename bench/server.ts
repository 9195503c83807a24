// What the server costs: round trips, throughput, streams in real time, memory and idleness. The gateway is
// the real one, in a process of its own; the load comes from this process.

import { type Spread, spreadOf } from './measure.ts';
import type { BenchmarkOptions, Figure, Section } from './section.ts';
import { measureIdle } from './server-idle.ts';
import { median, ordinaryPace, type Pace, quickPace } from './server-pace.ts';
import {
  canPin,
  cores,
  pin,
  type ServerProcess,
  startFloor,
  startGateway,
} from './server-process.ts';
import { measureRoundTrips } from './server-round-trip.ts';
import { measureFloorSetUps, measureSetUps, type SetUps } from './server-set-ups.ts';
import {
  measureFloorStreams,
  measureStreams,
  type StreamLoad,
  type StreamResult,
} from './server-streams.ts';
import {
  type Compared,
  copyMegabytesPerSecond,
  measurePlay,
  measureRecord,
  muLaw,
  stereo,
  type Throughput,
} from './server-throughput.ts';
import { preciseRatio, rate } from './words.ts';

/** A row of the table: what, the gateway's figure, the floor's, how they compare, and what was aimed at. */
interface Row {
  readonly what: string;
  readonly gateway: string;
  readonly floor?: string;
  readonly timesFloor?: Spread;
  readonly goal?: string;
}

/** Where nothing is said of it, clients are so far ahead that the server takes every request at once. */
const SECONDS_AHEAD = 1;

function muLawStreams(clientCount: number): StreamLoad {
  return {
    name: 'mu-law, 8,000 bytes once a second',
    kind: muLaw,
    clientCount,
    secondsAhead: SECONDS_AHEAD,
    requestsAtOnce: 1,
    requestsPerAnswer: 1,
  };
}

/** A second of sound, as the library takes it apart. */
const STEREO_REQUESTS_PER_SECOND = 24;

function stereoStreams(clientCount: number): StreamLoad {
  return {
    name: '48 kHz stereo, 8,172 bytes each 43 ms',
    kind: stereo,
    clientCount,
    secondsAhead: SECONDS_AHEAD,
    requestsAtOnce: 1,
    requestsPerAnswer: STEREO_REQUESTS_PER_SECOND,
  };
}

interface StreamRow {
  readonly load: StreamLoad;
  /** With one, the floor is measured too. */
  readonly goal?: string;
}

const streams: readonly StreamRow[] = [
  { load: muLawStreams(1) },
  { load: muLawStreams(10) },
  { load: muLawStreams(100) },
  { load: muLawStreams(500), goal: '<= 6 %, none late' },
  {
    load: {
      ...muLawStreams(500),
      name: 'mu-law, each request held back by the server for half a second',
      secondsAhead: 3.2,
    },
  },
  { load: stereoStreams(1) },
  { load: stereoStreams(10) },
  { load: stereoStreams(50) },
  { load: stereoStreams(100), goal: '<= 12 %, none late' },
  { load: stereoStreams(500), goal: 'none late' },
  {
    load: {
      ...stereoStreams(100),
      name: '48 kHz stereo, each request held back by the server for 90 ms',
      secondsAhead: 3.75,
    },
  },
  {
    load: {
      ...stereoStreams(100),
      name: `48 kHz stereo, ${STEREO_REQUESTS_PER_SECOND} requests at once each second`,
      requestsAtOnce: STEREO_REQUESTS_PER_SECOND,
    },
  },
];

export async function server({ isQuick }: BenchmarkOptions): Promise<Section> {
  const pace = isQuick ? quickPace : ordinaryPace;
  const gateway = await startGateway();
  const floor = await startFloor();
  const rows: Row[] = [];
  try {
    rows.push(...(await roundTripRows(gateway, floor, pace)));
    for (const { pid } of [gateway, floor]) pin(pid, cores.server);
    pin(process.pid, cores.generator);
    rows.push(...(await throughputRows(gateway, floor, pace)));
    rows.push(...(await streamRows(gateway, floor, pace)));
    rows.push(...(await idleRows(pace)));
  } finally {
    pin(process.pid, cores.all);
    await Promise.all([gateway.stop(), floor.stop()]);
  }
  return {
    title: 'server: the gateway under load',
    columns: ['what', 'gateway', 'floor', 'times floor', 'goal'],
    rows: rows.map(cellsOf),
    figures: rows.flatMap(figuresOf),
    notes: notes(),
  };
}

function cellsOf({ what, gateway, floor = '', timesFloor, goal = '' }: Row): string[] {
  return [what, gateway, floor, timesFloor ? preciseRatio(timesFloor) : '', goal];
}

function figuresOf({ what, timesFloor }: Row): Figure[] {
  return timesFloor ? [{ name: what, ratio: timesFloor.median }] : [];
}

async function roundTripRows(gateway: ServerProcess, floor: ServerProcess, pace: Pace) {
  const results = await measureRoundTrips(gateway, floor, pace);
  return results.map(({ transport, placement, gateway: own, floor: echo, timesFloor }): Row => {
    const times = ({ medianUs, p99Us }: typeof own) =>
      `${medianUs.toFixed(1)} us, p99 ${p99Us.toFixed(0)} us`;
    return {
      what: `GetTime round trip, ${transport}, ${placement}`,
      gateway: times(own),
      floor: times(echo),
      timesFloor: spreadOf(timesFloor),
      goal: '<= 1.25',
    };
  });
}

async function throughputRows(gateway: ServerProcess, floor: ServerProcess, pace: Pace) {
  const rows: Row[] = [];
  for (const kind of [muLaw, stereo]) {
    for (const isPreemptive of [false, true]) {
      const result = await measurePlay(kind, isPreemptive, gateway, floor, pace);
      rows.push(throughputRow(result, '>= 150 MB/s'));
    }
    rows.push(throughputRow(await measureRecord(kind, gateway, floor, pace)));
  }
  rows.push(setUpRow(await measureSetUps(gateway, pace), await measureFloorSetUps(floor, pace)));
  const copied = copyMegabytesPerSecond();
  rows.push({ what: 'memcpy of 8,000 bytes', gateway: '', floor: `${copied.toFixed(0)} MB/s` });
  return rows;
}

function setUpRow(own: SetUps, floor: SetUps): Row {
  const words = ({ perSecond, cpuUs }: SetUps) =>
    `${rate(perSecond)} a second, ${cpuUs.toFixed(0)} us of CPU each`;
  return {
    what: 'set-ups',
    gateway: words(own),
    floor: words(floor),
    timesFloor: spreadOf([own.cpuUs / floor.cpuUs]),
  };
}

function throughputRow({ name, own, floor }: Compared, goal = ''): Row {
  const words = (rounds: readonly Throughput[]) => {
    const perSecond = median(rounds.map(({ megabytes }) => megabytes));
    const perCpuSecond = median(rounds.map((round) => round.megabytesPerCpuSecond));
    return `${perSecond.toFixed(0)} MB/s, ${perCpuSecond.toFixed(0)} MB per CPU second`;
  };
  const ratios = own.map(
    (round, i) => (floor[i]?.megabytesPerCpuSecond ?? Number.NaN) / round.megabytesPerCpuSecond,
  );
  return {
    what: name,
    gateway: words(own),
    floor: words(floor),
    timesFloor: spreadOf(ratios),
    goal,
  };
}

async function streamRows(gateway: ServerProcess, floor: ServerProcess, pace: Pace) {
  const rows: Row[] = [];
  for (const { load, goal } of streams) {
    const own = await measureStreams(load, gateway, pace);
    const echo = goal === undefined ? undefined : await measureFloorStreams(load, floor, pace);
    rows.push({
      what: `${load.clientCount} streaming ${load.name}`,
      gateway: [
        cpuWords(own),
        `${own.lateCount} late of ${own.answerCount}`,
        `answers p99 ${own.answerP99Ms.toFixed(1)} ms`,
        `generator late by ${own.generatorLateMs.toFixed(0)} ms at most`,
      ].join(', '),
      ...(echo && {
        floor: cpuWords(echo),
        timesFloor: spreadOf([own.cpuShare / echo.cpuShare]),
      }),
      ...(goal && { goal }),
    });
  }
  return rows;
}

function cpuWords({ cpuShare, cpuUsPerRequest }: StreamResult): string {
  return `${percent(cpuShare)}, ${cpuUsPerRequest.toFixed(0)} us a request`;
}

async function idleRows(pace: Pace): Promise<Row[]> {
  const idle = await measureIdle(pace);
  return [
    { what: 'idle: CPU', gateway: percent(idle.cpuShare), goal: '< 0.2 %' },
    {
      what: 'idle: memory',
      gateway: `${(idle.residentBytes / 1e6).toFixed(0)} MB`,
      goal: '< 90 MB',
    },
    {
      what: `each of ${idle.clientCount} idle clients: memory`,
      gateway: `${(idle.bytesPerClient / 1e3).toFixed(1)} kB`,
      goal: '30 kB',
    },
    { what: `${idle.clientCount} idle clients: CPU`, gateway: percent(idle.cpuShareWithClients) },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
}

function notes(): string[] {
  const where = canPin
    ? `Except where the first column says otherwise, the server ran on core ${cores.server} and the load generator on core ${cores.generator}.`
    : 'Processes could not be kept on cores here, so that the kernel moved them as it liked.';
  return [
    `The gateway is dist/server/main.js in a process of its own, the load generator another process with raw sockets and requests that were built before. ${where}`,
    "The floor is a third process: a bare server on Node's `net` that answers messages of the same sizes with zeros and looks at nothing. A round trip compares medians of time, throughput compares CPU time for each byte; gateway and floor take turns, and the ratio is the median of the rounds with the least and the most in brackets. MB count samples only. Every play of the throughput rows is answered; 64 requests are under way at a time.",
    'CPU is user and kernel time of all threads of the gateway, as a part of one core. Unless a row says that the server holds them back, clients keep a second ahead, so that every request is taken at once; one is late when its answer tells a time after the start of its play, or does not come. Of the 48 kHz streams one request in 24 is answered, which is how the original library sends a second of sound; except in the last row each request leaves alone, when its time has come, which is the dearer way. A request costs more where there are few, because each then wakes a process whose caches others have used; the floor shows how much of it is Node and the kernel. Answers wait for the load generator too, where that was late.',
    'What streams cost beyond the floor is decoding and mixing (1.5 to 2 us for 1,000 samples), and code that V8 has not compiled yet: clients play for six seconds before anything is measured. Plays that wait for their device are continued together, up to 100 ms late, because waking a process costs more than what it then does for one of them (decision 0017). The floor reads as Node does by itself, with a new buffer for each read, which is allocated, cut down and collected; the gateway reads all its connections into one buffer and mixes from where sound lies in it (decision 0018), by which it can take less than the floor.',
    'What recording costs beyond the floor is clipping sums and encoding them, which the floor does not do: in a profile two fifths of a block of stereo are clipping, and of one of mu-law a third each are clipping and encoding. Tried and not kept: encoders of mu-law and A-law with a constant table, as the decoders have (nothing); taking sums as they are where no two sounds meet (a tenth). Clipping and encoding in one pass would take another eighth off mu-law, and would have to go through device, ring and encoder.',
    'Of what a set-up costs beyond the floor, no function is more than a fiftieth: another four settings of a socket, its address, two timers, a session and a client, the answer. Collecting what had closed was the only large part (docs/decisions/0021-nothing-survives-with-a-socket.md).',
  ];
}
