// `af pass`: sound from one device to another, on the same server or on two, both ways if asked.
import type { Command as CommanderCommand } from 'commander';
import type { Context } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { deviceTitle, findDevice } from '../devices.ts';
import { Stopped, usageError } from '../errors.ts';
import {
  addRetry,
  type LastingConnection,
  openLasting,
  type RetryOption,
} from '../lasting-connection.ts';
import { type PassState, passSound } from '../sound/passing.ts';
import { parseDuration, parseGain } from '../values.ts';

interface PassCommandOptions extends RetryOption {
  readonly delay: number;
  readonly seconds?: number;
  readonly gain?: number;
  readonly both?: boolean;
  readonly log?: boolean;
}

/** An end of a line, as `host:0/hifi`, `:0` or `hifi`. */
interface Place {
  readonly text: string;
  readonly server: string | undefined;
  readonly device: string | undefined;
}

const DEFAULT_DELAY_SECONDS = 0.3;
const LEAST_DELAY_SECONDS = 0.05;
const MOST_DELAY_SECONDS = 2;

export const pass = defineCommand<PassCommandOptions>({
  name: 'pass',
  summary: 'pass sound from one device to another',
  configure(command: CommanderCommand) {
    command
      .argument('<from>', 'the device that hears, as host:0/hifi, or hifi on the usual server')
      .argument('<to>', 'the device that plays')
      .option('--delay <time>', 'from there to here', parseDuration, DEFAULT_DELAY_SECONDS)
      .option('-l, --seconds <time>', 'how long; else until ctrl-C', parseDuration)
      .option('-g, --gain <dB>', 'make it louder or softer', parseGain)
      .option('--both', 'the other way too')
      .option('--log', 'a line a second on standard error: delay, drift and interruptions');
    addRetry(command);
  },
  async run(context, [from = '', to = ''], options) {
    if (options.delay < LEAST_DELAY_SECONDS || options.delay > MOST_DELAY_SECONDS) {
      throw usageError(
        `The delay must lie between ${LEAST_DELAY_SECONDS} s and ${MOST_DELAY_SECONDS} s, within what devices keep.`,
      );
    }
    const [there, here] = [parsePlace(from), parsePlace(to)];
    const ways = options.both
      ? [openWay(context, there, here, options), openWay(context, here, there, options)]
      : [openWay(context, there, here, options)];
    await Promise.all((await Promise.all(ways)).map((run) => run()));
  },
});

/** Connections of its own for either end, since a device that records makes its connection wait. */
async function openWay(
  context: CommandContext,
  from: Place,
  to: Place,
  options: PassCommandOptions,
): Promise<() => Promise<void>> {
  const retryForSeconds = options.retryFor;
  const [source, sink] = await Promise.all([
    openLasting(context, { serverName: from.server, retryForSeconds }),
    openLasting(context, { serverName: to.server, retryForSeconds }),
  ]);
  const way = { from, to, source, sink };
  let ends = await openEnds(way, options);
  return async () => {
    const progress = { passedSeconds: 0, jumpCount: 0 };
    const beganMs = performance.now();
    while (!context.signal.aborted) {
      try {
        await passOn(context, ends, options, progress);
        break;
      } catch (error) {
        if (error instanceof Stopped) break;
        const { source, sink } = ends;
        ends = await openAgain(way, options, error);
        // What is under way there is of no use any more; a lost connection has nothing to free.
        for (const old of [source, sink]) old.free().catch(() => {});
        progress.jumpCount += 1;
        progress.passedSeconds = (performance.now() - beganMs) / 1_000;
      }
    }
    if (progress.jumpCount > 0) {
      context.note(`${ends.title}: interrupted ${progress.jumpCount} time(s).`);
    }
  };
}

interface Way {
  readonly from: Place;
  readonly to: Place;
  readonly source: LastingConnection;
  readonly sink: LastingConnection;
}

/** Contexts on either end. */
interface Ends {
  readonly source: Context;
  readonly sink: Context;
  readonly title: string;
}

async function openEnds(way: Way, { gain }: PassCommandOptions): Promise<Ends> {
  const source = way.source.connection;
  const sink = way.sink.connection;
  const sourceDevice = await findDevice(source, way.from.device, 'sound');
  const sinkDevice = await findDevice(sink, way.to.device, 'sound');
  const title = `${placeTitle(way.from, deviceTitle(sourceDevice))} → ${placeTitle(way.to, deviceTitle(sinkDevice))}`;
  return {
    source: await source.createContext(sourceDevice.device),
    sink: await sink.createContext(sinkDevice.device, {
      ...(gain !== undefined && { playGainDb: gain }),
    }),
    title,
  };
}

/** Whichever end was lost. */
async function openAgain(way: Way, options: PassCommandOptions, error: unknown): Promise<Ends> {
  try {
    await way.source.reconnect(error);
    await way.sink.reconnect(error);
    return await openEnds(way, options);
  } catch (laterError) {
    if (laterError === error) throw error;
    return openAgain(way, options, laterError);
  }
}

/** How far a pass has come, across connections. */
interface Progress {
  passedSeconds: number;
  jumpCount: number;
}

async function passOn(
  context: CommandContext,
  { source, sink, title }: Ends,
  options: PassCommandOptions,
  progress: Progress,
): Promise<void> {
  const { seconds } = options;
  const before = { ...progress };
  const note = ({ passedSeconds, jumpCount }: PassState): void => {
    progress.passedSeconds = before.passedSeconds + passedSeconds;
    progress.jumpCount = before.jumpCount + jumpCount;
  };
  const state = await passSound({
    ...{ source, sink, delaySeconds: options.delay, signal: context.signal },
    seconds: seconds === undefined ? undefined : Math.max(0, seconds - before.passedSeconds),
    report: (passing) => {
      note(passing);
      const total = { ...passing, ...progress };
      if (options.log) context.stderr.write(`${title}  ${stateInWords(total)}\n`);
    },
  });
  note(state);
}

function stateInWords({ passedSeconds, errorMs, speedPpm, jumpCount }: PassState): string {
  const speed = `${Math.round(speedPpm)} ppm`;
  return `${passedSeconds.toFixed(0)} s  off by ${errorMs.toFixed(1)} ms  speed ${speed}  ${jumpCount} interruptions`;
}

function parsePlace(text: string): Place {
  const at = text.indexOf('/');
  if (at >= 0) {
    return {
      text,
      server: text.slice(0, at) || undefined,
      device: text.slice(at + 1) || undefined,
    };
  }
  return text.includes(':')
    ? { text, server: text, device: undefined }
    : { text, server: undefined, device: text };
}

function placeTitle({ server }: Place, device: string): string {
  return server === undefined ? device : `${server} ${device}`;
}
