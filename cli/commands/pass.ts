// `af pass`: sound from one device to another, on the same server or on two, both ways if asked.
import type { Command as CommanderCommand } from 'commander';
import { type CommandContext, defineCommand } from '../command.ts';
import { deviceTitle, findDevice } from '../devices.ts';
import { usageError } from '../errors.ts';
import { type PassState, passSound } from '../sound/passing.ts';
import { parseDuration, parseGain } from '../values.ts';

interface PassCommandOptions {
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
  const [sourceServer, sinkServer] = await Promise.all([
    context.connect(from.server),
    context.connect(to.server),
  ]);
  const sourceDevice = await findDevice(sourceServer, from.device, 'sound');
  const sinkDevice = await findDevice(sinkServer, to.device, 'sound');
  const { gain } = options;
  const source = await sourceServer.createContext(sourceDevice.device);
  const sink = await sinkServer.createContext(sinkDevice.device, {
    ...(gain !== undefined && { playGainDb: gain }),
  });
  const title = `${placeTitle(from, deviceTitle(sourceDevice))} → ${placeTitle(to, deviceTitle(sinkDevice))}`;
  return async () => {
    const state = await passSound({
      ...{ source, sink, delaySeconds: options.delay, seconds: options.seconds },
      signal: context.signal,
      report: (passing) => {
        if (options.log) context.stderr.write(`${title}  ${stateInWords(passing)}\n`);
      },
    });
    if (state.jumpCount > 0) context.note(`${title}: interrupted ${state.jumpCount} time(s).`);
  };
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
