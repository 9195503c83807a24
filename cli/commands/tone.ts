// `af tone`: tones, DTMF digits and the telephone's signals, on a device or into a file.
import { type Command as CommanderCommand, Option } from 'commander';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { CALL_PROGRESS, createToneGenerator, type ToneGenerator } from '#shared/audio/tone';
import type { Connection } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { findDevice } from '../devices.ts';
import { Stopped, usageError } from '../errors.ts';
import { addRetry, openLasting, type RetryOption } from '../lasting-connection.ts';
import { addDevice, type DeviceOption } from '../options.ts';
import { playFormatOf } from '../sound/device-format.ts';
import { linearBytes, linearFormat } from '../sound/linear-sound.ts';
import { startPlayer } from '../sound/player.ts';
import { reconnecting } from '../sound/reconnecting.ts';
import { createSoundConverter, type SoundConverter } from '../sound/sound-converter.ts';
import { containerForName, inByteOrderOf, type SoundFormat } from '../sound-files/format.ts';
import { createSoundWriter } from '../sound-files/writing.ts';
import { parseDecibels, parseDuration, parseEncoding, parsePositiveCount } from '../values.ts';

interface ToneCommandOptions extends DeviceOption, RetryOption {
  readonly dtmf?: string;
  readonly call?: keyof typeof CALL_PROGRESS;
  readonly seconds?: number;
  readonly level: number;
  readonly output?: string;
  readonly rate: number;
  readonly encoding?: SoundFormat['encoding'];
}

const DEFAULT_SECONDS = 1;
const DEFAULT_LEVEL_DBFS = -12;
const DEFAULT_RATE_HZ = 48_000;
const RAMP_MS = 5;
const BLOCK_FRAMES = 4_800;

export const tone = defineCommand<ToneCommandOptions>({
  name: 'tone',
  summary: 'play tones and telephone digits, or write them to a file',
  configure(command: CommanderCommand) {
    command
      .argument('[hz...]', 'the frequencies that sound together, such as 440')
      .option('--dtmf <digits>', `the digits of a telephone, ${DTMF_DIGITS} and a comma to pause`)
      .option(
        '-l, --seconds <time>',
        'how long (default: 1s; digits last as long as they do)',
        parseDuration,
      )
      .option('--level <dB>', 'the peak of each tone', parseDecibels, DEFAULT_LEVEL_DBFS)
      .option('-o, --output <file>', 'write it to a file instead of a device; - is standard output')
      .option(
        '-r, --rate <hz>',
        'the frames a second of the file',
        parsePositiveCount,
        DEFAULT_RATE_HZ,
      )
      .option('-e, --encoding <name>', 'the encoding of the file', parseEncoding)
      .addOption(
        new Option('--call <signal>', 'what an exchange lets callers hear').choices(
          Object.keys(CALL_PROGRESS),
        ),
      );
    addRetry(addDevice(command));
  },
  run: (context, frequencies, options) =>
    options.output === undefined
      ? playTone(context, frequencies, options)
      : writeTone(context, frequencies, options, options.output),
});

async function playTone(
  context: CommandContext,
  frequencies: readonly string[],
  options: ToneCommandOptions,
): Promise<void> {
  checkTone(frequencies, options);
  const lasting = await openLasting(context, { retryForSeconds: options.retryFor });
  const open = async (connection: Connection) => {
    const { device } = await findDevice(connection, options.device, 'sound');
    return connection.createContext(device);
  };
  const audio = await open(lasting.connection);
  const target = playFormatOf(audio.device);
  const sound = soundOf(frequencies, options, target.rateHz);
  const converter = createSoundConverter(linearFormat(target.rateHz), target);
  const reconnect = reconnecting(lasting, target, open);
  const player = await startPlayer({ context: audio, signal: context.signal, reconnect });
  try {
    for (const block of blocksOf(sound, converter)) await player.play(block);
    await player.untilHeard();
  } catch (error) {
    if (error instanceof Stopped) await player.takeBack();
    throw error;
  }
}

async function writeTone(
  context: CommandContext,
  frequencies: readonly string[],
  options: ToneCommandOptions,
  file: string,
): Promise<void> {
  checkTone(frequencies, options);
  const { rate, encoding = 'LIN16' } = options;
  const container = containerForName(file) ?? 'wav';
  const target = inByteOrderOf(container, { ...linearFormat(rate), encoding });
  const destination = file === '-' ? context.stdout : file;
  const converter = createSoundConverter(linearFormat(rate), target);
  const writer = await createSoundWriter(destination, container, target, 'standard output');
  try {
    for (const block of blocksOf(soundOf(frequencies, options, rate), converter)) {
      context.signal.throwIfAborted();
      await writer.write(block);
    }
  } finally {
    await writer.close();
  }
}

function checkTone(frequencies: readonly string[], { dtmf, call }: ToneCommandOptions): void {
  const given = [frequencies.length > 0, dtmf !== undefined, call !== undefined];
  if (given.filter(Boolean).length !== 1) {
    throw usageError('Name frequencies in Hz, or --dtmf with digits, or --call with a signal.');
  }
  if (dtmf !== undefined && dtmfSegments(dtmf).length === 0) {
    throw usageError(`"${dtmf}" has no digits in it: there are ${DTMF_DIGITS}.`);
  }
  for (const text of frequencies) {
    if (!(Number(text) > 0)) throw usageError(`"${text}" is no frequency: give it in Hz.`);
  }
}

interface BoundedSound {
  readonly generator: ToneGenerator;
  readonly frameCount: number;
}

function soundOf(
  frequencies: readonly string[],
  { dtmf, call, seconds, level }: ToneCommandOptions,
  rateHz: number,
): BoundedSound {
  if (dtmf !== undefined) {
    const segments = dtmfSegments(dtmf);
    const generator = createToneGenerator({
      ...{ rateHz, segments, repeat: false, rampMs: DTMF_RAMP_MS },
    });
    return { generator, frameCount: generator.totalFrames };
  }
  const durationMs = (seconds ?? DEFAULT_SECONDS) * 1000;
  const tones = frequencies.map((text) => ({ frequencyHz: Number(text), levelDbfs: level }));
  const segments = call === undefined ? [{ tones, durationMs }] : CALL_PROGRESS[call];
  return {
    generator: createToneGenerator({
      rateHz,
      segments,
      repeat: call !== undefined,
      rampMs: RAMP_MS,
    }),
    frameCount: Math.round((durationMs / 1000) * rateHz),
  };
}

function* blocksOf({ generator, frameCount }: BoundedSound, converter: SoundConverter) {
  for (let done = 0; done < frameCount; ) {
    const samples = new Int16Array(Math.min(BLOCK_FRAMES, frameCount - done));
    generator.fill16(samples, 0, samples.length);
    done += samples.length;
    yield converter.convert(linearBytes(samples));
  }
  yield converter.finish();
}
