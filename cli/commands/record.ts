// `af record`: from a device to a file or standard output, from now on or from the past.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command as CommanderCommand, Option } from 'commander';
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import { createLevelMeter, type LevelMeter } from '#shared/audio/meter';
import { createSilenceDetector, type SilenceDetector } from '#shared/audio/silence';
import type { Context } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { deviceTitle } from '../devices.ts';
import { Stopped, usageError } from '../errors.ts';
import { addRetry, type RetryOption } from '../lasting-connection.ts';
import {
  addDevice,
  addFormat,
  type DeviceOption,
  type FormatOptions,
  formatFrom,
} from '../options.ts';
import { createProgress, decibels, showsProgress } from '../progress.ts';
import { recordFormatOf } from '../sound/device-format.ts';
import { withLastingSource } from '../sound/lasting-source.ts';
import { RECORD_BLOCK_SECONDS, recordingStart } from '../sound/recorder.ts';
import { Recording, type RecordingWatch } from '../sound/recording.ts';
import { RecordingPosition } from '../sound/recording-position.ts';
import { codecNamed, createSoundConverter } from '../sound/sound-converter.ts';
import { shownName } from '../sound-files/errors.ts';
import {
  type ContainerKind,
  containerForName,
  inByteOrderOf,
  type SoundFormat,
} from '../sound-files/format.ts';
import { createSoundWriter } from '../sound-files/writing.ts';
import { parseDecibels, parseDuration, parseGain, parseSeconds } from '../values.ts';

interface RecordCommandOptions extends DeviceOption, FormatOptions, RetryOption {
  readonly seconds?: number;
  readonly from?: number;
  readonly untilSilence?: number;
  readonly below: number;
  readonly gain?: number;
  readonly meter?: boolean;
  readonly monitor?: boolean;
  readonly type?: ContainerKind;
}

const STANDARD_OUTPUT = '-';
const DEFAULT_SILENCE_DBFS = -40;

export const record = defineCommand<RecordCommandOptions>({
  name: 'record',
  summary: 'record to a file or standard output',
  configure(command: CommanderCommand) {
    command
      .argument(
        '[file]',
        'what to write, by its name a WAV, AU or raw file; - is standard output',
        '-',
      )
      .option('-l, --seconds <time>', 'how long; else until ctrl-C', parseDuration)
      .option(
        '-t, --from <time>',
        'start that far from now; -3s is what was heard 3 s ago',
        parseSeconds,
      )
      .option('--until-silence <time>', 'end when it has been silent that long', parseDuration)
      .option('--below <dB>', 'what counts as silent', parseDecibels, DEFAULT_SILENCE_DBFS)
      .option('-g, --gain <dB>', 'make it louder or softer', parseGain)
      .option('-m, --meter', 'show the level, a line a second where it is no terminal')
      .option('--monitor', 'what the device plays instead of what it hears, from now on');
    command.addOption(
      new Option('--type <kind>', 'the kind of file, where its name does not say').choices([
        'wav',
        'au',
        'raw',
      ]),
    );
    addRetry(addFormat(addDevice(command), 'the file', '; else those of the device'));
  },
  async run(context, [file = STANDARD_OUTPUT], options) {
    if (file === STANDARD_OUTPUT && context.isTerminal.stdout) {
      throw usageError(
        'A terminal cannot take sound: name a file, or send standard output to a file or a program.',
      );
    }
    let opened: OpenRecording | undefined;
    try {
      await withLastingSource(context, options, async (audio, source) => {
        opened ??= await openRecording(context, audio, file, options, deviceTitle(source));
        await opened.recording.go(audio);
      });
      await opened?.recording.finish();
    } catch (error) {
      // Ctrl-C while nobody answers ends it as it does at any other time.
      if (!(error instanceof Stopped) || opened === undefined) throw error;
      await opened.recording.finish();
    } finally {
      await opened?.close();
    }
    opened?.sayLoss();
  },
});

interface OpenRecording {
  readonly recording: Recording;
  /** Whatever ends it, the file is finished: ctrl-C is the usual way. */
  close(): Promise<void>;
  sayLoss(): void;
}

async function openRecording(
  context: CommandContext,
  audio: Context,
  file: string,
  options: RecordCommandOptions,
  title: string,
): Promise<OpenRecording> {
  const format = recordFormatOf(audio.device);
  const container = options.type ?? containerForName(file) ?? 'wav';
  const target = inByteOrderOf(container, formatFrom(options, format));
  const converter = createSoundConverter(format, target);
  const { startTime, now } = await recordingStart(audio, options.from ?? 0);
  const position = new RecordingPosition(format.rateHz, startTime, now);
  const destination = file === STANDARD_OUTPUT ? context.stdout : file;
  const writer = await createSoundWriter(destination, container, target, 'standard output');
  const watch = createWatch(context, options, format, `${title} → ${shownName(file)}`);
  const frameCount = options.seconds && Math.round(options.seconds * format.rateHz);
  const { signal } = context;
  const recording = new Recording({
    ...{ format, position, converter, writer, watch, frameCount, signal },
  });
  await untilSoon(options.from ?? 0, signal);
  return {
    recording,
    async close() {
      watch.close();
      await writer.close();
    },
    sayLoss() {
      if (recording.lostFrames === 0) return;
      const seconds = (recording.lostFrames / format.rateHz).toFixed(1);
      context.note(`${seconds} s were lost, because they were asked for or taken too late.`);
    },
  };
}

/** A request for what is far in the future would keep the connection from answering anything else. */
async function untilSoon(secondsFromNow: number, signal: AbortSignal): Promise<void> {
  if (secondsFromNow <= 1) return;
  await sleep((secondsFromNow - 1) * 1_000, undefined, { signal }).catch(() => {});
}

interface Watch extends RecordingWatch {
  close(): void;
}

function createWatch(
  context: CommandContext,
  options: RecordCommandOptions,
  format: SoundFormat,
  title: string,
): Watch {
  const needsSamples =
    options.untilSilence !== undefined || options.meter === true || showsProgress(context);
  if (!needsSamples) return { add: () => false, skip: () => {}, close: () => {} };
  const { channelCount, rateHz } = format;
  const samples = new Int16Array(Math.ceil(RECORD_BLOCK_SECONDS * rateHz) * channelCount);
  const decoder = createDecoder16(codecNamed(format.encoding), channelCount, samples.length);
  const meter = createLevelMeter();
  const silence = silenceOf(options, rateHz * channelCount);
  const show = createLevelDisplay(context, options, title, meter);
  let doneFrames = 0;
  return {
    add({ bytes, frameCount }) {
      const sampleCount = decoder.decode(bytes, samples, format.bigEndian);
      doneFrames += frameCount;
      meter.add16(samples, 0, sampleCount);
      show.at(doneFrames / rateHz);
      return silence?.add16(samples, 0, sampleCount) ?? false;
    },
    skip(frameCount) {
      doneFrames += frameCount;
    },
    close: () => show.close(),
  };
}

function silenceOf(
  { untilSilence, below }: RecordCommandOptions,
  samplesPerSecond: number,
): SilenceDetector | undefined {
  if (untilSilence === undefined) return undefined;
  return createSilenceDetector({
    samplesPerSecond,
    thresholdDbfs: below,
    holdMs: untilSilence * 1000,
  });
}

function createLevelDisplay(
  context: CommandContext,
  { meter: wantsMeter = false, seconds }: RecordCommandOptions,
  title: string,
  meter: LevelMeter,
) {
  const progress = createProgress(context, title, seconds);
  const writesLines = wantsMeter && !context.isTerminal.stderr;
  let shownSeconds = 0;
  return {
    at(doneSeconds: number): void {
      if (!writesLines) {
        progress.update(doneSeconds, wantsMeter ? meter.read() : undefined);
        meter.reset();
      } else if (doneSeconds - shownSeconds >= 1) {
        const { peakDbfs, rmsDbfs } = meter.read();
        const levels = `peak ${decibels(peakDbfs)}  rms ${decibels(rmsDbfs)}`;
        context.stderr.write(`${doneSeconds.toFixed(0)} s  ${levels}\n`);
        meter.reset();
        shownSeconds = doneSeconds;
      }
    },
    close: () => progress.close(),
  };
}
