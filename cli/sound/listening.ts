// Sound as commands look at it: 16-bit samples from a device, as they come.
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import type { Context } from '#shared/client/index';
import type { CommandContext } from '../command.ts';
import { deviceTitle } from '../devices.ts';
import { Stopped } from '../errors.ts';
import { isSameFormat, type SoundFormat } from '../sound-files/format.ts';
import { recordFormatOf } from './device-format.ts';
import { type SourceOptions, withLastingSource } from './lasting-source.ts';
import { deviceChanged } from './reconnecting.ts';
import { recordBlocks, recordingStart } from './recorder.ts';
import { RecordingPosition } from './recording-position.ts';
import { codecNamed } from './sound-converter.ts';

export interface ListeningOptions extends Omit<SourceOptions, 'gain'> {
  readonly seconds?: number;
}

export interface HeardBlock {
  /** Interleaved; the next block comes in the same array. */
  readonly samples: Int16Array;
  readonly frameCount: number;
}

export interface HeardDevice {
  readonly title: string;
  readonly rateHz: number;
  readonly channelCount: number;
  /** The most frames that a block has. */
  readonly maxFrames: number;
}

export interface Listener {
  /** Once, with what device it is. */
  begin(device: HeardDevice): void;
  hear(block: HeardBlock): void;
  /** Once, whatever ended it. */
  end?(): void;
}

/**
 * Until the time has passed, or the command is stopped, which is how it usually ends. What nobody heard while
 * the server was away counts as time that has passed.
 */
export async function listen(
  context: CommandContext,
  options: ListeningOptions,
  blockSeconds: number,
  listener: Listener,
): Promise<void> {
  let heard: Heard | undefined;
  try {
    await withLastingSource(context, options, async (audio, source) => {
      const format = recordFormatOf(source.device);
      if (heard !== undefined && !isSameFormat(heard.format, format)) throw deviceChanged();
      await heard?.position.resume(audio);
      heard ??= await begin(audio, deviceTitle(source), blockSeconds, listener);
      await hear(context, audio, heard, options.seconds, blockSeconds, listener);
    });
  } catch (error) {
    // Ctrl-C while nobody answers ends it as it does at any other time.
    if (!(error instanceof Stopped) || heard === undefined) throw error;
  } finally {
    if (heard !== undefined) listener.end?.();
  }
}

interface Heard {
  readonly format: SoundFormat;
  readonly position: RecordingPosition;
  readonly decode: (bytes: Uint8Array) => Int16Array;
}

async function begin(
  audio: Context,
  title: string,
  blockSeconds: number,
  listener: Listener,
): Promise<Heard> {
  const format = recordFormatOf(audio.device);
  const { encoding, rateHz, channelCount, bigEndian } = format;
  const maxFrames = Math.ceil(blockSeconds * rateHz);
  const samples = new Int16Array(maxFrames * channelCount);
  const decoder = createDecoder16(codecNamed(encoding), channelCount, samples.length);
  listener.begin({ title, rateHz, channelCount, maxFrames });
  const { startTime } = await recordingStart(audio, 0);
  return {
    format,
    position: new RecordingPosition(rateHz, startTime, startTime),
    decode(bytes) {
      decoder.decode(bytes, samples, bigEndian);
      return samples;
    },
  };
}

async function hear(
  { signal }: CommandContext,
  audio: Context,
  { format, position, decode }: Heard,
  seconds: number | undefined,
  blockSeconds: number,
  listener: Listener,
): Promise<void> {
  const frameCount = seconds && Math.round(seconds * format.rateHz) - position.doneFrames;
  if (frameCount !== undefined && frameCount <= 0) return;
  const startTime = position.nextTime;
  for await (const block of recordBlocks({
    ...{ context: audio, startTime, frameCount, signal, blockSeconds },
  })) {
    position.add(block);
    listener.hear({ samples: decode(block.bytes), frameCount: block.frameCount });
  }
}
