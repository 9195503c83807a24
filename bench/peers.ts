// What the same work costs other servers of the machine's distribution: mixing streams, and sending one to
// many listeners. Those that are not installed are left out.

import { spreadOf } from './measure.ts';
import { type Listened, type Sender, senders } from './peer-listeners.ts';
import { isAvailable, mixers } from './peer-mixers.ts';
import { BLOCK_MS, growthOf, type Mixed, type RunningMixer } from './peer-mixing.ts';
import { isInstalled, versionOf } from './peer-process.ts';
import type { BenchmarkOptions, Figure, Section } from './section.ts';
import { median } from './server-pace.ts';

/** The gateway's name among the servers. */
const OWN = 'gateway';

interface Pace {
  readonly streamCounts: readonly number[];
  readonly mixRounds: number;
  readonly mixMs: number;
  /** The engine compiles what runs often; the other servers came compiled. */
  readonly warmUpMs: number;
  readonly listenerCounts: readonly number[];
  readonly listenMs: number;
}

const ordinary: Pace = {
  // PulseAudio takes no more than 64 connections.
  streamCounts: [10, 30, 60],
  mixRounds: 5,
  mixMs: 4_000,
  warmUpMs: 60_000,
  listenerCounts: [100, 500, 1_000],
  listenMs: 6_000,
};
const quick: Pace = {
  streamCounts: [2, 4],
  mixRounds: 1,
  mixMs: 500,
  warmUpMs: 0,
  listenerCounts: [10],
  listenMs: 500,
};

interface Row {
  readonly work: string;
  readonly server: string;
  readonly cpuShare: number;
  /** After the point, of the share in percent. */
  readonly digits: number;
  readonly remark: string;
}

export async function peers({ isQuick }: BenchmarkOptions): Promise<Section> {
  if (process.platform !== 'linux') {
    return section([], ['Peers are measured on Linux only, by what /proc says of them.']);
  }
  const pace = isQuick ? quick : ordinary;
  const rows = await mixingRows(pace);
  const absent = mixers.filter((mixer) => !isAvailable(mixer)).map(({ name }) => name);
  for (const sender of senders) {
    if (sender.programs.every(isInstalled)) rows.push(...(await senderRows(sender, pace)));
    else absent.push(sender.name);
  }
  rows.sort((a, b) => a.work.localeCompare(b.work, 'en', { numeric: true }));
  return section(rows, notes(absent));
}

/** All servers run at the same time and take turns, so that what slows the machine down slows all down. */
async function mixingRows(pace: Pace): Promise<Row[]> {
  const running = new Map<string, RunningMixer>();
  const measured = new Map<string, Map<number, Mixed[]>>();
  try {
    for (const mixer of mixers.filter(isAvailable)) {
      running.set(mixer.name, await mixer.start());
      measured.set(mixer.name, new Map(pace.streamCounts.map((count) => [count, []])));
    }
    await running.get(OWN)?.measure(Math.max(...pace.streamCounts), pace.warmUpMs);
    for (let round = 0; round < pace.mixRounds; round += 1) {
      for (const count of pace.streamCounts) {
        for (const [name, mixer] of running) {
          const mixed = await mixer.measure(count, pace.mixMs);
          measured.get(name)?.get(count)?.push(mixed);
        }
      }
    }
  } finally {
    await Promise.all([...running.values()].map((mixer) => mixer.stop()));
  }
  return [...measured].flatMap(([server, ofCounts]) => rowsOf(server, ofCounts));
}

function rowsOf(server: string, ofCounts: ReadonlyMap<number, readonly Mixed[]>): Row[] {
  const shares = new Map<number, number>();
  const rows: Row[] = [];
  for (const [count, rounds] of ofCounts) {
    const all = rounds.map((round) => round.cpuShare);
    const { median: cpuShare, min, max } = spreadOf(all);
    const heardShare = median(rounds.map((round) => round.heardShare));
    const wakeUps = median(rounds.map((round) => round.wakeUpsPerSecond));
    const remark = [
      `${percent(min, 1)} to ${percent(max, 1)}`,
      `${wakeUps.toFixed(0)} wake-ups a second`,
      `heard ${percent(heardShare, 0)} of the time`,
    ].join(', ');
    rows.push({ work: `mix ${count} streams`, server, cpuShare, digits: 1, remark });
    shares.set(count, cpuShare);
  }
  const { fixed, perStream } = growthOf(shares);
  rows.push({ work: 'mixing, what is fixed', server, cpuShare: fixed, digits: 1, remark: '' });
  rows.push({ work: 'mixing, each stream', server, cpuShare: perStream, digits: 3, remark: '' });
  return rows;
}

async function senderRows(sender: Sender, { listenerCounts, listenMs }: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of listenerCounts) {
    const { cpuShare, gotShare }: Listened = await sender.measure(count, listenMs);
    const remark = `${percent(gotShare, 0)} of the sound arrived`;
    rows.push({
      work: `send to ${count} listeners`,
      server: sender.name,
      cpuShare,
      digits: 1,
      remark,
    });
  }
  return rows;
}

function section(rows: readonly Row[], notes: readonly string[]): Section {
  const own = new Map(
    rows.filter(({ server }) => server === OWN).map((row) => [row.work, row.cpuShare]),
  );
  const timesPeer = ({ work, server, cpuShare }: Row) => {
    const ownShare = own.get(work) ?? Number.NaN;
    // What is fixed is so little of some servers that the line crosses zero.
    return server !== OWN && ownShare > 0 && cpuShare > 0 ? ownShare / cpuShare : undefined;
  };
  return {
    title: 'peers: the same work by other servers',
    columns: ['work', 'server', 'CPU', 'the gateway takes', ''],
    rows: rows.map((row) => {
      const times = timesPeer(row);
      const words = times === undefined ? '' : `${times.toFixed(2)} times as much`;
      return [row.work, row.server, percent(row.cpuShare, row.digits), words, row.remark];
    }),
    figures: rows.flatMap((row): Figure[] => {
      const ratio = timesPeer(row);
      return ratio === undefined ? [] : [{ name: `${row.work}, beside ${row.server}`, ratio }];
    }),
    notes,
  };
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function notes(absent: readonly string[]): string[] {
  const versions = ['pulseaudio', 'pipewire', 'snapserver']
    .filter(isInstalled)
    .map((program) => `${program} ${versionOf(program)}`);
  return [
    "CPU is the share of one core that the server's processes took (of PipeWire, its core and its server for PulseAudio's protocol), as the kernel's scheduler counts it.",
    `Mixing: streams of 48 kHz stereo noise over TCP in blocks of ${BLOCK_MS} ms (PipeWire: of 2,048 frames), into a device that leads nowhere and one program that hears the mixture over TCP in blocks of as many. The players are pacat, and for the gateway raw sockets of one process; each sends a block when its server asks for it, which is the gateway by answering the last one. So all servers choose when they wake. AudioFile's players lie 3.7 s ahead, as its protocol has it, pacat four blocks. The servers run at the same time and take turns, ${ordinary.mixRounds} rounds after the gateway has run for a minute, until when V8 is still compiling; CPU is the median, then the least and the most. A wake-up is one of any of a server's threads. "Heard" is for how much of the time the program that hears heard anything but silence. What is fixed and what each stream adds are of the straight line that lies nearest to the medians; what is fixed is the program that hears, and waking for blocks at all.`,
    'Sending: one stream of 48 kHz stereo noise as 16-bit samples in frames of 20 ms, to listeners that only count what comes.',
    `Measured beside: ${versions.join(', ') || 'none'}.${absent.length > 0 ? ` Not installed here: ${absent.join(', ')}.` : ''} NAS is not among them, because its server starts only where there is a sound device of the kernel's (/dev/dsp).`,
  ];
}
