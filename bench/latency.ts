// How long it takes from a program's play request until its sound is rendered in a page's audio thread, in
// Chromium, beside a WebSocket that carries stamps the same way; alone and with 500 other programs that play.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { nodeStream } from '#server/transport/node-stream';
import { type Context, connectAudioFile } from '#shared/client/index';
import { endsWithUs } from './children.ts';
import { launchChromium } from './chromium.ts';
import { startProgram } from './relay-program.ts';
import type { BenchmarkOptions, Figure, Section } from './section.ts';
import { quantile, sleep } from './server-pace.ts';
import { type ServerProcess, startGateway } from './server-process.ts';
import { wallClockMs } from './wall-clock.ts';

interface LatencyPace {
  /** How long the page may take until it holds back no more than it must: the first sound comes in a hurry. */
  readonly settleMs: number;
  readonly pulseCount: number;
  readonly otherPrograms: number;
}

const ordinary: LatencyPace = { settleMs: 60_000, pulseCount: 200, otherPrograms: 500 };
const quick: LatencyPace = { settleMs: 500, pulseCount: 5, otherPrograms: 10 };

const HIFI = 2;
const RATE_HZ = 48_000;
/** Longer than the latency, so that each pulse is known, and different each time, so that blocks do not matter. */
const PULSE_GAP_MS = { least: 180, most: 220 };
const PULSE_FRAMES = 480;
const PULSE_AMPLITUDE = 20_000;
/** Sound that goes on all the time, and is not loud. */
const OTHER_AMPLITUDE = 1_000;

/** Until all of the other programs play. */
const OTHERS_START_MS = 6_000;

/** What the page gives when it is asked. */
interface Taken {
  readonly pulsesMs: readonly number[];
  readonly floorDelays: readonly number[];
  readonly reports: readonly PlayerReport[];
}

interface PlayerReport {
  readonly bufferMs: number;
  readonly targetMs: number;
  readonly underrunCount: number;
}

export interface Latency {
  readonly otherPrograms: number;
  readonly latenciesMs: readonly number[];
  readonly floorMs: readonly number[];
  readonly bufferMs: number;
  readonly targetMs: number;
  readonly underrunCount: number;
  readonly pulseCount: number;
}

export async function latency({ isQuick }: BenchmarkOptions): Promise<Section> {
  return section(await measureLatency(isQuick ? quick : ordinary));
}

/** Nothing where there is no Chromium. */
async function measureLatency(pace: LatencyPace): Promise<readonly Latency[]> {
  const browser = await launchChromium();
  if (browser === undefined) return [];
  await buildLibrary();
  const floor = start('latency-floor', []);
  const [floorPort] = (await once(floor, 'message')) as [number];
  const origin = `http://127.0.0.1:${floorPort}`;
  const gateway = await startGateway(['--allowed-origins', origin]);
  const page = await browser.newPage();
  const relayUrl = `${gateway.page.replace(/^http/, 'ws').replace(/\/$/, '')}/relay`;
  await page.goto(`${origin}/?gateway=${encodeURIComponent(relayUrl)}`);
  await page.waitForFunction('globalThis.relay?.devices.length > 0');
  const program = await startProgram(portOf(gateway), OTHER_AMPLITUDE);
  await program.start();
  await page.evaluate('start()');
  const results = [await measure(page, gateway, 0, pace)];
  const others = start('latency-streams', [String(portOf(gateway)), String(pace.otherPrograms)]);
  await once(others, 'message');
  await sleep(Math.min(OTHERS_START_MS, pace.settleMs));
  results.push(await measure(page, gateway, pace.otherPrograms, pace));
  program.stop();
  program.close();
  await browser.close();
  for (const child of [others, floor]) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
  await gateway.stop();
  return results;
}

async function measure(
  page: Page,
  gateway: ServerProcess,
  otherPrograms: number,
  { settleMs, pulseCount }: LatencyPace,
): Promise<Latency> {
  const connection = await connectAudioFile(
    nodeStream(connect({ port: portOf(gateway), host: '127.0.0.1', noDelay: true })),
  );
  const context = await connection.createContext(HIFI, { encoding: 'LIN16' });
  const before = await settled(page, settleMs);
  const requestsMs = await playPulses(context, pulseCount);
  const { pulsesMs, floorDelays, reports } = await take(page);
  connection.close();
  const latenciesMs = requestsMs.flatMap((requestMs) => {
    const heardMs = pulsesMs.find((pulseMs) => pulseMs > requestMs);
    const isItsOwn = heardMs !== undefined && heardMs < requestMs + PULSE_GAP_MS.least;
    return isItsOwn ? [heardMs - requestMs] : [];
  });
  const mean = (name: 'bufferMs' | 'targetMs') =>
    reports.reduce((sum, report) => sum + report[name], 0) / reports.length;
  const underruns = reports.at(-1)?.underrunCount ?? Number.NaN;
  return {
    ...{ otherPrograms, latenciesMs, floorMs: floorDelays, pulseCount },
    bufferMs: mean('bufferMs'),
    targetMs: mean('targetMs'),
    underrunCount: underruns - (before?.underrunCount ?? 0),
  };
}

const SETTLED_REPORTS = 8;
const SETTLED_WITHIN_MS = 4;
const SETTLED_LOOK_MS = 2_000;

/** Waits until as much is held back as is aimed at, for a while; gives the last report. */
async function settled(page: Page, limitMs: number): Promise<PlayerReport | undefined> {
  const startMs = performance.now();
  const reports: PlayerReport[] = [];
  for (;;) {
    await sleep(Math.min(SETTLED_LOOK_MS, limitMs));
    reports.push(...(await take(page)).reports);
    const last = reports.slice(-SETTLED_REPORTS);
    const isSettled = last.every(
      ({ bufferMs, targetMs }) => Math.abs(bufferMs - targetMs) < SETTLED_WITHIN_MS,
    );
    const isLate = performance.now() - startMs > limitMs;
    if (isLate || (isSettled && last.length === SETTLED_REPORTS)) return last.at(-1);
  }
}

/** Gives when each was asked for: a play for the device's time of now, of which what is past by then is lost. */
async function playPulses(context: Context, pulseCount: number): Promise<number[]> {
  const deviceFrameAt = await deviceClock(context);
  const pulse = new Int16Array(2 * PULSE_FRAMES).fill(PULSE_AMPLITUDE);
  const samples = new Uint8Array(pulse.buffer);
  const requestsMs: number[] = [];
  for (let i = 0; i < pulseCount; i++) {
    const { least, most } = PULSE_GAP_MS;
    await sleep(least + (most - least) * Math.random());
    const nowMs = wallClockMs();
    requestsMs.push(nowMs);
    void context.play({ startTime: deviceFrameAt(nowMs) >>> 0, samples, channelCount: 2 });
  }
  await sleep(2 * PULSE_GAP_MS.most);
  return requestsMs;
}

const CLOCK_LOOKS = 20;

/** The device's time by the wall clock: from the shortest of some exchanges. */
async function deviceClock(context: Context): Promise<(wallMs: number) => number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, frame: 0, wallMs: 0 };
  for (let i = 0; i < CLOCK_LOOKS; i++) {
    const fromMs = wallClockMs();
    const frame = await context.getTime();
    const roundTripMs = wallClockMs() - fromMs;
    if (roundTripMs < best.roundTripMs) {
      best = { roundTripMs, frame, wallMs: fromMs + roundTripMs / 2 };
    }
  }
  return (wallMs) => Math.round(best.frame + ((wallMs - best.wallMs) * RATE_HZ) / 1_000);
}

async function take(page: Page): Promise<Taken> {
  return page.evaluate<Taken>('take()');
}

function section(results: readonly Latency[]): Section {
  return {
    title: 'latency: from a play request to the page’s audio thread',
    columns: ['other programs', 'p50', 'p99', 'floor p50', 'floor p99', 'held back', 'underruns'],
    rows: results.map(rowOf),
    figures: results.map(figureOf),
    notes:
      results.length === 0
        ? ['There is no Chromium here.']
        : [
            'A program asks for a pulse to be played at once, on a device that plays already, with frames of 10 ms; the moment at which the page’s playback worklet renders the first sample of it is seen in the audio thread. The floor is a WebSocket that carries the moment at which each message left, as often and as long as the frames, through the same page to the same thread, at the same time; it waits for no frame to end, and holds nothing back. "held back" is how much sound waits in the page as a mean, and what it aims at; most of the latency is that, and half a frame at the server.',
          ],
  };
}

function rowOf(result: Latency): string[] {
  const { latenciesMs, floorMs, bufferMs, targetMs } = result;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return [
    String(result.otherPrograms),
    ms(quantile(latenciesMs, 0.5)),
    ms(quantile(latenciesMs, 0.99)),
    ms(quantile(floorMs, 0.5)),
    ms(quantile(floorMs, 0.99)),
    `${ms(bufferMs)}, aims at ${ms(targetMs)}`,
    `${result.underrunCount}; ${latenciesMs.length} of ${result.pulseCount} pulses heard`,
  ];
}

function figureOf({ otherPrograms, latenciesMs, floorMs }: Latency): Figure {
  const name = otherPrograms === 0 ? 'p50, alone' : `p50, beside ${otherPrograms} programs`;
  return { name, ratio: quantile(latenciesMs, 0.5) / quantile(floorMs, 0.5) };
}

function portOf({ tcp }: ServerProcess): number {
  if ('port' in tcp) return tcp.port;
  throw new Error('The gateway has no TCP port.');
}

function start(name: string, args: readonly string[]): ChildProcess {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return endsWithUs(child);
}

async function buildLibrary(): Promise<void> {
  const builder = new URL('../../scripts/lib/build.mjs', import.meta.url).href;
  const { buildLibrary: build }: { buildLibrary(): Promise<number> } = await import(builder);
  if ((await build()) !== 0) throw new Error('The library for pages could not be built.');
}
