// `af meter`: the level of what a device hears or plays, live in the terminal.
import type { Command as CommanderCommand } from 'commander';
import { pickChannel } from '#shared/audio/channels';
import { createLevelMeter, type LevelMeter } from '#shared/audio/meter';
import { type CommandContext, defineCommand } from '../command.ts';
import { addRetry } from '../lasting-connection.ts';
import { addDevice } from '../options.ts';
import { decibels, levelBar } from '../progress.ts';
import {
  type HeardBlock,
  type Listener,
  type ListeningOptions,
  listen,
} from '../sound/listening.ts';
import { parseDuration } from '../values.ts';

interface MeterOptions extends ListeningOptions {
  readonly every?: number;
}

const TERMINAL_EVERY_SECONDS = 0.1;
const LINE_EVERY_SECONDS = 1;
const BAR_CELLS = 30;
/** Letters where there are two channels, else numbers. */
const STEREO_NAMES = ['L', 'R'];

export const meter = defineCommand<MeterOptions>({
  name: 'meter',
  summary: 'show the level of what a device hears or plays',
  configure(command: CommanderCommand) {
    command
      .option('-l, --seconds <time>', 'how long; else until ctrl-C', parseDuration)
      .option(
        '--every <time>',
        'how often (default: 0.1s, or 1s where it is no terminal)',
        parseDuration,
      )
      .option('--monitor', 'what the device plays instead of what it hears');
    addRetry(addDevice(command));
  },
  run(context, _args, options) {
    const usual = context.isTerminal.stdout ? TERMINAL_EVERY_SECONDS : LINE_EVERY_SECONDS;
    const everySeconds = Math.max(0.01, options.every ?? usual);
    return listen(context, options, everySeconds, createMeterListener(context));
  },
});

function createMeterListener(context: CommandContext): Listener {
  const { stdout, isTerminal, globals } = context;
  let title = '';
  let meters: readonly LevelMeter[] = [];
  let channel = new Int16Array(0);
  let rateHz = 1;
  let seconds = 0;

  function levelsOf({ samples, frameCount }: HeardBlock) {
    return meters.map((one, index) => {
      pickChannel(samples, channel, index, frameCount, meters.length);
      one.reset();
      one.add16(channel, 0, frameCount);
      return one.read();
    });
  }

  return {
    begin(device) {
      title = device.title;
      meters = Array.from({ length: device.channelCount }, createLevelMeter);
      channel = new Int16Array(device.maxFrames);
      rateHz = device.rateHz;
    },
    hear(block) {
      const levels = levelsOf(block);
      seconds += block.frameCount / rateHz;
      if (globals.json) {
        const channels = levels.map(({ peakDbfs, rmsDbfs }) => ({
          peakDbfs: jsonLevel(peakDbfs),
          rmsDbfs: jsonLevel(rmsDbfs),
        }));
        stdout.write(`${JSON.stringify({ seconds: rounded(seconds), channels })}\n`);
      } else if (isTerminal.stdout) {
        const bars = levels.map((level, index) => `${nameOf(index)}${levelBar(level, BAR_CELLS)}`);
        stdout.write(`\r\x1b[K${title}  ${bars.join('  ')}`);
      } else {
        const texts = levels.map(
          ({ peakDbfs, rmsDbfs }, index) =>
            `${nameOf(index)}peak ${decibels(peakDbfs)} rms ${decibels(rmsDbfs)}`,
        );
        stdout.write(`${rounded(seconds)} s  ${texts.join('  ')}\n`);
      }
    },
    end() {
      if (isTerminal.stdout && !globals.json) stdout.write('\n');
    },
  };

  function nameOf(index: number): string {
    if (meters.length === 1) return '';
    return `${meters.length === 2 ? STEREO_NAMES[index] : index} `;
  }
}

/** JSON has no number for silence. */
function jsonLevel(level: number): number | null {
  return Number.isFinite(level) ? rounded(level) : null;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
