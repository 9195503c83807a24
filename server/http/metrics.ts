// GET /metrics: figures for Prometheus, computed when they are asked for.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Registry } from 'prom-client';
import type { CallCount } from '#server/telephone/index';

/** What is counted elsewhere, as it is now. */
export interface MetricSources {
  readonly clients: () => number;
  readonly playingStreams: () => number;
  readonly pages: () => number;
  readonly listeners: () => number;
  readonly speakers: () => number;
  readonly playedBytes: () => number;
  readonly recordedBytes: () => number;
  readonly latePlays: () => number;
  readonly sentFrames: () => number;
  readonly sentBytes: () => number;
  readonly droppedFrames: () => number;
  readonly heardFrames: () => number;
  readonly heardBytes: () => number;
  readonly lateHeardFrames: () => number;
  /** How telephone calls ended. */
  readonly calls: () => readonly CallCount[];
}

type FigureName = Exclude<keyof MetricSources, 'calls'>;

type Kind = 'gauge' | 'counter';

/** Name, kind and help of each. */
const metrics: Readonly<Record<FigureName, readonly [string, Kind, string]>> = {
  clients: ['clients', 'gauge', 'AudioFile clients that are connected.'],
  playingStreams: ['streams_playing', 'gauge', 'Clients that play, each counted for every device.'],
  pages: ['pages', 'gauge', 'Pages that are connected.'],
  listeners: ['listeners', 'gauge', 'Pages that listen, each counted for every device.'],
  speakers: ['speakers', 'gauge', 'Microphones that are open.'],
  playedBytes: ['played_bytes_total', 'counter', 'Samples that clients played.'],
  recordedBytes: ['recorded_bytes_total', 'counter', 'Samples that clients recorded.'],
  latePlays: ['late_plays_total', 'counter', 'Plays that came after they should have begun.'],
  sentFrames: ['sent_frames_total', 'counter', 'Frames sent to listeners.'],
  sentBytes: ['sent_bytes_total', 'counter', 'Bytes of frames sent to listeners.'],
  droppedFrames: ['dropped_frames_total', 'counter', 'Frames that slow listeners lost.'],
  heardFrames: ['heard_frames_total', 'counter', 'Frames that came from microphones.'],
  heardBytes: ['heard_bytes_total', 'counter', 'Bytes of frames that came from microphones.'],
  lateHeardFrames: [
    'late_heard_frames_total',
    'counter',
    'Frames of microphones that came too late.',
  ],
};

const PREFIX = 'audiofile_';
const RESOLUTION_MS = 10;
/** Longer than anybody leaves between scrapes. */
const MEASURED_AFTER_SCRAPE_MS = 300_000;
const QUANTILES = [50, 90, 99, 100];
const NANOSECONDS = 1e9;

export function addMetrics(app: FastifyInstance, sources: MetricSources): void {
  const registry = new Registry();
  for (const name of Object.keys(metrics) as FigureName[]) {
    const [metricName, kind, help] = metrics[name];
    addMetric(registry, kind, { name: PREFIX + metricName, help }, sources[name]);
  }
  addCalls(registry, sources.calls);
  addEventLoopDelay(app, registry);
  app.get('/metrics', async (_request, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}

function addMetric(
  registry: Registry,
  kind: Kind,
  about: { name: string; help: string },
  value: () => number,
): void {
  const registers = [registry];
  if (kind === 'gauge') {
    new Gauge({ ...about, registers, collect: metricSetter((metric) => metric.set(value())) });
    return;
  }
  const counter: Counter = new Counter({
    ...about,
    registers,
    collect() {
      counter.reset();
      counter.inc(value());
    },
  });
}

function addCalls(registry: Registry, calls: MetricSources['calls']): void {
  const counter: Counter<'direction' | 'end'> = new Counter({
    name: `${PREFIX}calls_total`,
    help: 'Telephone calls, by who called (in: a page, out: a program) and how they ended.',
    labelNames: ['direction', 'end'],
    registers: [registry],
    collect() {
      counter.reset();
      for (const { direction, end, count } of calls()) counter.inc({ direction, end }, count);
    },
  });
}

/** prom-client hands a metric to its `collect` as `this`. */
function metricSetter(set: (metric: Gauge) => void) {
  return function collect(this: Gauge): void {
    set(this);
  };
}

/**
 * Since the last time that somebody asked. Measuring wakes the process a hundred times a second, which an
 * idle gateway must not, so it goes on only while somebody keeps asking.
 */
function addEventLoopDelay(app: FastifyInstance, registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let forget: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(forget);
    delay.disable();
  };
  app.addHook('onClose', async () => stop());
  new Gauge({
    name: `${PREFIX}event_loop_delay_seconds`,
    help: 'How late the event loop was since the last scrape, by quantile; 0 in the first one.',
    labelNames: ['quantile'],
    registers: [registry],
    collect: metricSetter((metric) => {
      for (const percent of QUANTILES) {
        const seconds = delay.percentile(percent) / NANOSECONDS - RESOLUTION_MS / 1_000;
        metric.set({ quantile: String(percent / 100) }, Math.max(0, seconds));
      }
      delay.reset();
      delay.enable();
      clearTimeout(forget);
      forget = setTimeout(stop, MEASURED_AFTER_SCRAPE_MS).unref();
    }),
  });
}
