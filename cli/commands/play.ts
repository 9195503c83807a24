// `af play`: sound files or standard input to a device, converted to what the device takes.
import type { Command as CommanderCommand } from 'commander';
import { difference } from '#shared/audio/time';
import type { Connection, Context, DeviceTime } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { type DeviceUse, deviceTitle, findDevice } from '../devices.ts';
import { Stopped, usageError } from '../errors.ts';
import { addRetry, openLasting, type RetryOption } from '../lasting-connection.ts';
import {
  addDevice,
  addFormat,
  type DeviceOption,
  type FormatOptions,
  formatFrom,
} from '../options.ts';
import { createProgress, type Progress, showsProgress } from '../progress.ts';
import { playFormatOf } from '../sound/device-format.ts';
import { type Player, type PlayerOptions, type PlayerStart, startPlayer } from '../sound/player.ts';
import { reconnecting } from '../sound/reconnecting.ts';
import { createSoundConverter, type SoundConverter } from '../sound/sound-converter.ts';
import {
  chunksOf,
  isSpeech,
  namedSources,
  openSource,
  STANDARD_INPUT,
  secondsOf,
} from '../sound/source.ts';
import { shownName } from '../sound-files/errors.ts';
import { isSameFormat, type SoundFormat } from '../sound-files/format.ts';
import type { OpenedSound } from '../sound-files/reading.ts';
import { parseGain, parseSeconds } from '../values.ts';

interface PlayCommandOptions extends DeviceOption, FormatOptions, RetryOption {
  readonly at?: PlayerStart;
  readonly gain?: number;
  readonly preempt?: boolean;
  readonly raw?: boolean;
  readonly loop?: boolean;
  readonly wait?: boolean;
}

export const play = defineCommand<PlayCommandOptions>({
  name: 'play',
  summary: 'play sound files or standard input',
  configure(command: CommanderCommand) {
    command
      .argument(
        '[file...]',
        'WAV and AU files, one after the other without a gap; - is standard input',
      )
      .option('-t, --at <time>', 'start at +2s from now, or at a device time', parseStart)
      .option('-g, --gain <dB>', 'make it louder or softer', parseGain)
      .option('-p, --preempt', 'replace what others play at that time')
      .option('--loop', 'begin again at the end, until ctrl-C')
      .option('-w, --wait', 'end when the last of it has been heard')
      .option('--raw', 'the files have no header; those that have one are still known by it');
    addRetry(addFormat(addDevice(command), 'files without a header'));
  },
  async run(context, files, options) {
    const sources = namedSources(context, files);
    if (options.loop && sources.includes(STANDARD_INPUT)) {
      throw usageError('Standard input comes only once: name a file, or do without --loop.');
    }
    const lasting = await openLasting(context, { retryForSeconds: options.retryFor });
    const first = await openFirst(context, sources[0] ?? STANDARD_INPUT, options);
    const use = first && !isSpeech(first.format) ? 'sound' : 'any';
    const open = (connection: Connection) => openOutlet(connection, options, use);
    const { audio, title } = await open(lasting.connection);
    const format = playFormatOf(audio.device);
    const rawFormat = isRaw(options) ? formatFrom(options, format) : undefined;
    const sounds = openedSounds(context, sources, first, rawFormat, options.loop === true);
    const openAgain = async (connection: Connection) => (await open(connection)).audio;
    const reconnect = reconnecting(lasting, format, openAgain);
    await playSounds(context, { audio, title, reconnect }, sounds, options);
  },
});

async function openOutlet(
  connection: Connection,
  { device, gain, preempt = false }: PlayCommandOptions,
  use: DeviceUse,
) {
  const target = await findDevice(connection, device, use);
  const audio = await connection.createContext(target.device, {
    preempts: preempt,
    ...(gain !== undefined && { playGainDb: gain }),
  });
  return { audio, title: deviceTitle(target) };
}

/** The sound decides about the device; bare samples take after it instead. */
async function openFirst(
  context: CommandContext,
  source: string,
  options: PlayCommandOptions,
): Promise<OpenedSound | undefined> {
  return isRaw(options) ? undefined : openSource(context, source, undefined);
}

function isRaw({ raw, encoding, rate, channels }: PlayCommandOptions): boolean {
  return raw === true || encoding !== undefined || rate !== undefined || channels !== undefined;
}

interface NamedSound {
  readonly source: string;
  readonly sound: OpenedSound;
}

/** Each is opened when the one before has been played, except the first. */
async function* openedSounds(
  context: CommandContext,
  sources: readonly string[],
  first: OpenedSound | undefined,
  rawFormat: SoundFormat | undefined,
  isEndless: boolean,
): AsyncGenerator<NamedSound, void, undefined> {
  let opened = first;
  do {
    for (const source of sources) {
      const sound = opened ?? (await openSource(context, source, rawFormat));
      opened = undefined;
      yield { source, sound };
    }
  } while (isEndless);
}

interface Outlet {
  readonly audio: Context;
  readonly title: string;
  readonly reconnect: NonNullable<PlayerOptions['reconnect']>;
}

async function playSounds(
  context: CommandContext,
  { audio, title, reconnect }: Outlet,
  sounds: AsyncIterable<NamedSound>,
  { at, wait, preempt = false }: PlayCommandOptions,
): Promise<void> {
  const { signal } = context;
  const player = await startPlayer({
    ...{ context: audio, start: at, signal, preempts: preempt, reconnect },
  });
  if (difference(player.nextTime, player.deviceTime) < 0) {
    context.note('The time lies in the past: what should have sounded by now is left out.');
  }
  const show = createSoundDisplay(context, player, title);
  try {
    await feed(context, player, sounds, playFormatOf(audio.device), show);
    if (wait) await player.untilHeard(show.tick);
    else await player.untilSent();
  } catch (error) {
    if (error instanceof Stopped) await player.takeBack();
    throw error;
  } finally {
    show.close();
  }
  if (player.gapCount > 0) {
    context.note(`The sound came too slowly: ${player.gapCount} gap(s) were heard.`);
  }
}

/** Sounds of one format go through one converter, so that nothing is heard where they meet. */
async function feed(
  context: CommandContext,
  player: Player,
  sounds: AsyncIterable<NamedSound>,
  target: SoundFormat,
  show: SoundDisplay,
): Promise<void> {
  let converter: { readonly format: SoundFormat; readonly to: SoundConverter } | undefined;
  for await (const { source, sound } of sounds) {
    if (converter && !isSameFormat(converter.format, sound.format)) {
      await player.play(converter.to.finish());
      converter = undefined;
    }
    converter ??= { format: sound.format, to: createSoundConverter(sound.format, target) };
    show.next(source, secondsOf(sound));
    for await (const chunk of chunksOf(context, sound)) {
      await player.play(converter.to.convert(chunk), show.tick);
    }
  }
  if (converter) await player.play(converter.to.finish(), show.tick);
}

interface SoundDisplay {
  /** Another sound begins, where the one before ends. */
  next(source: string, totalSeconds: number | undefined): void;
  tick(): void;
  close(): void;
}

function createSoundDisplay(
  context: CommandContext,
  player: Player,
  deviceName: string,
): SoundDisplay {
  let progress: Progress | undefined;
  let beginSeconds = 0;
  return {
    next(source, totalSeconds) {
      beginSeconds = difference(player.nextTime, player.startTime) / player.rateHz;
      progress?.close();
      progress = createProgress(context, `${shownName(source)} → ${deviceName}`, totalSeconds);
    },
    tick() {
      if (!showsProgress(context)) return;
      progress?.update(player.heardSeconds - beginSeconds, player.level());
    },
    close: () => progress?.close(),
  };
}

function parseStart(text: string): PlayerStart {
  if (/^\d+$/.test(text)) return { deviceTime: (Number(text) >>> 0) as DeviceTime };
  return { secondsFromNow: parseSeconds(text) };
}
