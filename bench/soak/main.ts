// Holds a gateway for hours with programs, listeners and microphones that check what they hear, tells how it
// goes, and writes docs/soak.md; Ctrl-C writes it of what has been so far.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
import { sleep } from '../server-pace.ts';
import { freePort } from '../server-process.ts';
import { graveCount, type Look, troubles } from './history.ts';
import { heapGrowth, writeReport } from './report.ts';
import { devices } from './sounds.ts';
import { type Figures, type Tally, Worker } from './worker.ts';

const MIB = 2 ** 20;
const LEAST_LOOK_EVERY_MS = 5_000;
/** What a long run is looked at how often, and how often its garbage is collected for that. */
const LOOKS = 240;
const LOOKS_PER_COLLECTION = 4;

/** Gives the number of things that went wrong, and that no busy machine excuses. */
export async function soak(hours: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'af-soak-'));
  const workers: Worker[] = [];
  try {
    return await hold(hours, folder, workers);
  } finally {
    await Promise.all(workers.reverse().map((worker) => worker.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hold(hours: number, folder: string, workers: Worker[]): Promise<number> {
  const startWorker = (script: string, args: readonly string[]): Worker => {
    const worker = new Worker(new URL(script, import.meta.url), args);
    workers.push(worker);
    return worker;
  };
  const serverNumber = String((await freePort()) - AUDIOFILE_BASE_PORT);
  const httpPort = String(await freePort());
  const configFile = path.join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify({ devices }));
  const doors = ['--server-number', serverNumber, '--http-port', httpPort];
  const gateway = startWorker('../../server/main.js', [
    ...doors,
    ...['--config', configFile, '--log-level', 'warn'],
  ]);
  await gateway.said(/^ready /m);
  const idle = startWorker('./idle.js', []);
  const programs = startWorker('./programs.js', [serverNumber]);
  await programs.ready();
  const pages = startWorker('./pages.js', [httpPort]);
  await pages.ready();
  say(`50 programs, 50 listeners and 5 microphones are there; it goes on for ${hours} h.`);

  const stop = interruption();
  const startedAt = new Date();
  const startMs = performance.now();
  const endMs = startMs + hours * 3_600_000;
  const everyMs = Math.max(LEAST_LOOK_EVERY_MS, (endMs - startMs) / LOOKS);
  const looks: Look[] = [];
  let before: { readonly atMs: number; readonly figures: Figures } | undefined;
  // What came up while everybody arrived counts for nothing.
  await Promise.all([gateway.ask('collect'), idle.ask('figures'), pages.ask('figures')]);
  while (performance.now() < endMs && !stop.wasAsked) {
    await Promise.race([sleep(Math.min(everyMs, endMs - performance.now())), stop.asked]);
    const isCollecting = looks.length % LOOKS_PER_COLLECTION === 0;
    const [figures, idleFigures, peers, programTally, pageTally, metrics] = await Promise.all([
      gateway.ask(isCollecting ? 'collect' : 'figures'),
      idle.ask('figures'),
      pages.ask('figures'),
      programs.ask('tally'),
      pages.ask('tally'),
      metricsAt(httpPort),
    ]);
    const atMs = performance.now();
    const usedMs = figures.cpuMs - (before?.figures.cpuMs ?? figures.cpuMs);
    const look: Look = {
      minutes: (atMs - startMs) / 60_000,
      gateway: figures,
      cpuShare: before === undefined ? 0 : usedMs / (atMs - before.atMs),
      collected: isCollecting ? figures : undefined,
      idle: idleFigures,
      peers,
      loadAverage: loadavg()[0] ?? 0,
      programs: programTally,
      pages: pageTally,
      metrics,
    };
    before = { atMs, figures };
    looks.push(look);
    tell(look);
  }
  const warningCount = gateway.errorLines.length;
  for (const line of [...gateway.errorLines, ...programs.errorLines, ...pages.errorLines]) {
    say(`  ${line}`);
  }
  writeReport({ startedAt, looks, warningCount, wasInterrupted: stop.wasAsked });
  say(`wrote docs/soak.md; the heap grew by ${(100 * heapGrowth(looks)).toFixed(1)} %`);
  const last = looks.at(-1);
  return last === undefined ? 0 : graveCount(last);
}

function tell(look: Look): void {
  const { gateway, idle, minutes, cpuShare, collected } = look;
  const heap = `${(gateway.heapBytes / MIB).toFixed(1)} MiB${collected ? ' (collected)' : ''}`;
  const parts = [
    `${minutes.toFixed(1)} min`,
    `heap ${heap}`,
    `resident ${(gateway.residentBytes / MIB).toFixed(0)} MiB`,
    `${(100 * cpuShare).toFixed(0)} % of a core`,
    `loop p99 ${gateway.delayP99Ms.toFixed(1)} ms (idle process ${idle.delayP99Ms.toFixed(1)}), busy ${gateway.busyTurnMs.toFixed(1)} ms`,
    ...troubles.flatMap(({ name, of }) => {
      const sum = of(look);
      return sum > 0 ? [`${name.toLowerCase()} ${sum}`] : [];
    }),
  ];
  say(parts.join(', '));
}

/** Ctrl-C, or a polite end. */
function interruption() {
  const state = { wasAsked: false, asked: Promise.resolve() };
  state.asked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        state.wasAsked = true;
        resolve();
      });
    }
  });
  return state;
}

async function metricsAt(httpPort: string): Promise<Tally> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`);
  const lines = (await answer.text()).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = '', value] = /^(audiofile_\w+) ([\d.e+-]+)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, Number(value)]];
    }),
  );
}

function say(what: string): void {
  process.stdout.write(`${what}\n`);
}
