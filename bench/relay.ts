// What listeners cost: CPU, delay and memory, beside a bare fan-out with `ws` and beside pre-framed messages
// written to raw sockets. Servers and listeners each have a process of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ServerKind, ServerUse } from './relay-server.ts';
import type { Section } from './section.ts';

const LISTENERS = [1, 100, 500, 1_000];
const KINDS: readonly ServerKind[] = ['relay', 'bare ws', 'raw sockets'];
const SETTLE_MS = 1_500;
const MEASURE_MS = 5_000;

interface Measured {
  readonly cpuShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly messageCount: number;
  readonly bytesPerListener: number;
}

export async function relay(): Promise<Section> {
  const rows: string[][] = [];
  for (const count of LISTENERS) {
    const measured = new Map<ServerKind, Measured>();
    for (const kind of KINDS) measured.set(kind, await measure(kind, count, false));
    const floor = measured.get('bare ws')?.cpuShare ?? Number.NaN;
    for (const [kind, figures] of measured) rows.push(rowOf(kind, count, figures, floor));
  }
  const stalled = await measure('relay', 500, true);
  rows.push(rowOf('relay, and one more that stalls', 500, stalled, Number.NaN));
  return {
    title: 'relay: listeners of 48 kHz stereo',
    columns: [
      'server',
      'listeners',
      'CPU',
      'times bare ws',
      'delay p50',
      'delay p99',
      'got',
      'memory each',
    ],
    rows,
    figures: [],
    notes: [
      `Frames of 20 ms, measured for ${MEASURE_MS / 1_000} s. CPU is the share of one core that the server's process took; a delay is from the moment that a frame's header names to its arrival in a second process on the same machine, so it includes what the other listeners' frames take before it. "got" is the share of the frames that a listener should have had. Memory is how much larger the server's process was with its listeners than before them.`,
    ],
  };
}

function rowOf(name: string, count: number, figures: Measured, floor: number): string[] {
  const { cpuShare, p50Ms, p99Ms, messageCount, bytesPerListener } = figures;
  const got = messageCount / ((count * MEASURE_MS) / 20);
  return [
    name,
    String(count),
    `${(100 * cpuShare).toFixed(1)} %`,
    Number.isNaN(floor) ? '' : (cpuShare / floor).toFixed(2),
    `${p50Ms.toFixed(1)} ms`,
    `${p99Ms.toFixed(1)} ms`,
    `${(100 * got).toFixed(0)} %`,
    count < 100 ? '' : `${Math.round(bytesPerListener / 1_024)} KiB`,
  ];
}

async function measure(kind: ServerKind, count: number, stalls: boolean): Promise<Measured> {
  const server = start('relay-server', [kind]);
  const port = await answerOf<number>(server);
  await pause(SETTLE_MS);
  const before = await ask<ServerUse>(server);
  const listeners = start('relay-listeners', [String(port), String(count), stalls ? 'stalls' : '']);
  await answerOf(listeners);
  await pause(SETTLE_MS);
  await ask(listeners);
  const [from, fromMs] = [await ask<ServerUse>(server), performance.now()];
  await pause(MEASURE_MS);
  const [to, toMs] = [await ask<ServerUse>(server), performance.now()];
  const delaysMs = (await ask<number[]>(listeners)).sort((a, b) => a - b);
  for (const child of [listeners, server]) {
    child.disconnect();
    await once(child, 'exit');
  }
  const at = (share: number) => delaysMs[Math.floor((delaysMs.length - 1) * share)] ?? Number.NaN;
  return {
    cpuShare: (to.cpuMs - from.cpuMs) / (toMs - fromMs),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    messageCount: (delaysMs.length * MEASURE_MS) / (toMs - fromMs),
    bytesPerListener: (to.residentBytes - before.residentBytes) / count,
  };
}

function start(name: string, args: readonly string[]): ChildProcess {
  return fork(new URL(`${name}.js`, import.meta.url), args, { serialization: 'advanced' });
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = await once(child, 'message');
  return answer as T;
}

function ask<T = unknown>(child: ChildProcess): Promise<T> {
  const answer = answerOf<T>(child);
  child.send('');
  return answer;
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
