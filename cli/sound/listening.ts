// Sound as commands look at it: 16-bit samples from a device, as they come.
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import type { CommandContext } from '../command.ts';
import { deviceTitle, findDevice } from '../devices.ts';
import { recordFormatOf } from './device-format.ts';
import { recordBlocks, recordingStart, withMonitor } from './recorder.ts';
import { codecNamed } from './sound-converter.ts';

export interface ListeningOptions {
  readonly device?: string;
  readonly monitor?: boolean;
  readonly seconds?: number;
}

export interface HeardBlock {
  /** Interleaved; the next block comes in the same array. */
  readonly samples: Int16Array;
  readonly frameCount: number;
}

export interface Listener {
  /** Once, with what device it is. */
  begin(device: {
    readonly title: string;
    readonly rateHz: number;
    readonly channelCount: number;
  }): void;
  hear(block: HeardBlock): void;
}

/** Until the time has passed, or the command is stopped, which is how it usually ends. */
export async function listen(
  context: CommandContext,
  options: ListeningOptions,
  blockSeconds: number,
  listener: Listener,
): Promise<void> {
  const connection = await context.connect();
  const source = await findDevice(connection, options.device, 'sound');
  const audio = await connection.createContext(source.device);
  const { encoding, rateHz, channelCount, bigEndian } = recordFormatOf(source.device);
  const samples = new Int16Array(Math.ceil(blockSeconds * rateHz) * channelCount);
  const decoder = createDecoder16(codecNamed(encoding), channelCount, samples.length);
  listener.begin({ title: deviceTitle(source), rateHz, channelCount });
  await withMonitor(audio, options.monitor === true, async () => {
    const startTime = await recordingStart(audio, 0);
    const frameCount = options.seconds && Math.round(options.seconds * rateHz);
    const { signal } = context;
    for await (const block of recordBlocks({
      ...{ context: audio, startTime, frameCount, signal, blockSeconds },
    })) {
      decoder.decode(block.bytes, samples, bigEndian);
      listener.hear({ samples, frameCount: block.frameCount });
    }
  });
}
