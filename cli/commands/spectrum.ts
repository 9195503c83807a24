// `af spectrum`: a spectrogram in the terminal, of a device as it sounds or of a file: time runs down,
// frequency to the right.
import type { Writable } from 'node:stream';
import type { Command as CommanderCommand } from 'commander';
import { averageChannels } from '#shared/audio/channels';
import { type CommandContext, defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { addRetry } from '../lasting-connection.ts';
import { addDevice } from '../options.ts';
import { clock } from '../progress.ts';
import { type ListeningOptions, listen } from '../sound/listening.ts';
import { createSoundConverter } from '../sound/sound-converter.ts';
import { chunksOf, openSource } from '../sound/source.ts';
import { createSpectrumAnalyser, type SpectrumAnalyser } from '../sound/spectrum.ts';
import { parseDecibels, parseDuration, parsePositiveCount } from '../values.ts';

interface SpectrumOptions extends ListeningOptions {
  readonly every: number;
  readonly columns?: number;
  readonly floor: number;
}

const DEFAULT_EVERY_SECONDS = 0.1;
const DEFAULT_FLOOR_DBFS = -80;
const DEFAULT_COLUMNS = 80;
const TIME_COLUMNS = 9;
const SHADES = ' ·░▒▓█';
const SCALE_STEPS = 4;

export const spectrum = defineCommand<SpectrumOptions>({
  name: 'spectrum',
  summary: 'show the spectrogram of a device or a file',
  configure(command: CommanderCommand) {
    command
      .argument('[file]', 'a WAV or AU file, - for standard input; else a device is listened to')
      .option('-l, --seconds <time>', 'how long to listen; else until ctrl-C', parseDuration)
      .option('--every <time>', 'the time from line to line', parseDuration, DEFAULT_EVERY_SECONDS)
      .option('--columns <count>', 'how wide; else as wide as the terminal', parsePositiveCount)
      .option('--floor <dB>', 'what is shown as nothing', parseDecibels, DEFAULT_FLOOR_DBFS)
      .option('--monitor', 'what the device plays instead of what it hears');
    addRetry(addDevice(command));
  },
  async run(context, [file], options) {
    if (options.every < 0.01)
      throw usageError('Lines less than 10 ms apart show nothing: take more.');
    if (file === undefined) await showDevice(context, options);
    else await showFile(context, file, options);
  },
});

async function showDevice(context: CommandContext, options: SpectrumOptions): Promise<void> {
  let chart: Chart | undefined;
  let mono = new Int16Array(0);
  let channelCount = 1;
  await listen(context, options, options.every, {
    begin(device) {
      chart = createChart(context.stdout, columnsOf(context, options), device.rateHz, options);
      mono = new Int16Array(device.maxFrames);
      channelCount = device.channelCount;
    },
    hear({ samples, frameCount }) {
      averageChannels(samples, mono, frameCount, channelCount);
      chart?.add(mono, frameCount);
    },
  });
}

async function showFile(
  context: CommandContext,
  file: string,
  options: SpectrumOptions,
): Promise<void> {
  const sound = await openSource(context, file, undefined);
  const { rateHz } = sound.format;
  const target = { encoding: 'LIN16', rateHz, channelCount: 1, bigEndian: false } as const;
  const converter = createSoundConverter(sound.format, target);
  const chart = createChart(context.stdout, columnsOf(context, options), rateHz, options);
  for await (const chunk of chunksOf(context, sound)) {
    const bytes = converter.convert(chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = Int16Array.from({ length: bytes.length / 2 }, (_, i) =>
      view.getInt16(i * 2, true),
    );
    chart.add(samples, samples.length);
  }
}

function columnsOf({ stdout }: CommandContext, { columns }: SpectrumOptions): number {
  const width =
    'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : DEFAULT_COLUMNS;
  return Math.max(8, columns ?? width - TIME_COLUMNS);
}

interface Chart {
  /** Mono samples in any pieces; a line comes out whenever its time has passed. */
  add(samples: Int16Array, count: number): void;
}

function createChart(
  stdout: Writable,
  columnCount: number,
  rateHz: number,
  { every, floor }: SpectrumOptions,
): Chart {
  const stepFrames = Math.round(every * rateHz);
  const analyser = createSpectrumAnalyser({
    rateHz,
    bandCount: columnCount,
    windowLength: windowLengthFor(stepFrames, columnCount),
  });
  /** The latest samples, the newest at the end. */
  const recent = new Int16Array(Math.max(analyser.windowLength, stepFrames));
  let waitingFrames = 0;
  let lineCount = 0;
  stdout.write(`${scaleLine(analyser)}\n`);
  return {
    add(samples, count) {
      for (let at = 0; at < count; ) {
        const taken = Math.min(stepFrames - waitingFrames, count - at);
        recent.copyWithin(0, taken);
        recent.set(samples.subarray(at, at + taken), recent.length - taken);
        waitingFrames += taken;
        at += taken;
        if (waitingFrames < stepFrames) break;
        waitingFrames = 0;
        const levels = analyser.bandsOf(recent, recent.length - analyser.windowLength);
        stdout.write(`${timeOf(lineCount * every)} ${shades(levels, floor)}\n`);
        lineCount += 1;
      }
    },
  };
}

/** At least a bin a column, and about as long as a line lasts. */
function windowLengthFor(stepFrames: number, columnCount: number): number {
  const least = 2 ** Math.ceil(Math.log2(columnCount * 2));
  return Math.max(least, Math.min(4_096, 2 ** Math.floor(Math.log2(stepFrames))));
}

function timeOf(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6) % 10;
  return `${clock(seconds + 1e-6)}.${tenths}`.padStart(TIME_COLUMNS - 1);
}

function shades(levels: Float64Array, floorDb: number): string {
  let line = '';
  for (const level of levels) {
    const part = Math.min(1, Math.max(0, (level - floorDb) / -floorDb));
    line += SHADES[Math.round(part * (SHADES.length - 1))] ?? ' ';
  }
  return line.trimEnd();
}

/** Frequencies above the columns where they stand. */
function scaleLine({ bandEndsHz }: SpectrumAnalyser): string {
  const width = bandEndsHz.length;
  let line = ' '.repeat(TIME_COLUMNS);
  for (let step = 0; step < SCALE_STEPS; step++) {
    const hz = step === 0 ? 0 : (bandEndsHz[Math.floor((step * width) / SCALE_STEPS) - 1] ?? 0);
    line = `${line.padEnd(TIME_COLUMNS + Math.floor((step * width) / SCALE_STEPS))}${Math.round(hz)} Hz`;
  }
  return line;
}
