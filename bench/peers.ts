// What the same work costs other servers of the machine's distribution: mixing streams, and sending one to
// many listeners. Those that are not installed are left out.
import { type Listened, type Sender, senders } from './peer-listeners.ts';
import { BLOCK_MS, isAvailable, type Mixer, mixers } from './peer-mixers.ts';
import { isInstalled, versionOf } from './peer-process.ts';
import type { BenchmarkOptions, Figure, Section } from './section.ts';

interface Pace {
  readonly streamCounts: readonly number[];
  readonly listenerCounts: readonly number[];
  readonly measureMs: number;
}

const ordinary: Pace = {
  // PulseAudio takes no more than 64 connections.
  streamCounts: [10, 30, 60],
  listenerCounts: [100, 500, 1_000],
  measureMs: 6_000,
};
const quick: Pace = { streamCounts: [3], listenerCounts: [10], measureMs: 500 };

interface Row {
  readonly work: string;
  readonly server: string;
  readonly cpuShare: number;
  readonly remark: string;
}

export async function peers({ isQuick }: BenchmarkOptions): Promise<Section> {
  if (process.platform !== 'linux') {
    return section([], ['Peers are measured on Linux only, by what /proc says of them.']);
  }
  const pace = isQuick ? quick : ordinary;
  const rows: Row[] = [];
  const absent: string[] = [];
  for (const mixer of mixers) {
    if (isAvailable(mixer)) rows.push(...(await mixerRows(mixer, pace)));
    else absent.push(mixer.name);
  }
  for (const sender of senders) {
    if (sender.programs.every(isInstalled)) rows.push(...(await senderRows(sender, pace)));
    else absent.push(sender.name);
  }
  rows.sort((a, b) => a.work.localeCompare(b.work, 'en', { numeric: true }));
  return section(rows, notes(absent));
}

async function mixerRows(mixer: Mixer, { streamCounts, measureMs }: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  await mixer.run(async (measure) => {
    // The engine compiles while the first streams play; the others came compiled.
    await measure(Math.max(...streamCounts), measureMs / 2);
    for (const count of streamCounts) {
      const cpuShare = await measure(count, measureMs);
      const remark = `${((100 * cpuShare) / count).toFixed(3)} % a stream`;
      rows.push({ work: `mix ${count} streams`, server: mixer.name, cpuShare, remark });
    }
  });
  return rows;
}

async function senderRows(sender: Sender, { listenerCounts, measureMs }: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of listenerCounts) {
    const { cpuShare, gotShare }: Listened = await sender.measure(count, measureMs);
    const remark = `${(100 * gotShare).toFixed(0)} % of the sound arrived`;
    rows.push({ work: `send to ${count} listeners`, server: sender.name, cpuShare, remark });
  }
  return rows;
}

function section(rows: readonly Row[], notes: readonly string[]): Section {
  const own = new Map(
    rows.filter(({ server }) => server === 'gateway').map((row) => [row.work, row.cpuShare]),
  );
  const timesPeer = ({ work, server, cpuShare }: Row) =>
    server === 'gateway' ? undefined : (own.get(work) ?? Number.NaN) / cpuShare;
  return {
    title: 'peers: the same work by other servers',
    columns: ['work', 'server', 'CPU', 'the gateway takes', ''],
    rows: rows.map((row) => {
      const times = timesPeer(row);
      const words = times === undefined ? '' : `${times.toFixed(2)} times as much`;
      return [row.work, row.server, `${(100 * row.cpuShare).toFixed(1)} %`, words, row.remark];
    }),
    figures: rows.flatMap((row): Figure[] => {
      const ratio = timesPeer(row);
      return ratio === undefined ? [] : [{ name: `${row.work}, beside ${row.server}`, ratio }];
    }),
    notes,
  };
}

function notes(absent: readonly string[]): string[] {
  const versions = ['pulseaudio', 'pipewire', 'snapserver']
    .filter(isInstalled)
    .map((program) => `${program} ${versionOf(program)}`);
  return [
    `CPU is the share of one core that the server's processes took (of PipeWire, its core and its server for PulseAudio's protocol). Mixing: streams of 48 kHz stereo noise over TCP in blocks of ${BLOCK_MS} ms, into a device that leads nowhere and one program that hears it all; the players are pacat, and for the gateway raw sockets. Sending: one stream of 48 kHz stereo noise as 16-bit samples in frames of 20 ms, to listeners that only count what comes.`,
    `Measured beside: ${versions.join(', ') || 'none'}.${absent.length > 0 ? ` Not installed here: ${absent.join(', ')}.` : ''} NAS is not among them, because its server starts only where there is a sound device of the kernel's (/dev/dsp).`,
  ];
}
