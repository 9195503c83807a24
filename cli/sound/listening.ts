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
  const maxFrames = Math.ceil(blockSeconds * rateHz);
  const samples = new Int16Array(maxFrames * channelCount);
  const decoder = createDecoder16(codecNamed(encoding), channelCount, samples.length);
  listener.begin({ title: deviceTitle(source), rateHz, channelCount, maxFrames });
  await withMonitor(audio, options.monitor === true, async () => {
    const startTime = await recordingStart(audio, 0);
    const frameCount = options.seconds && Math.round(options.seconds * rateHz);
    const { signal } = context;
    try {
      for await (const block of recordBlocks({
        ...{ context: audio, startTime, frameCount, signal, blockSeconds },
      })) {
        decoder.decode(block.bytes, samples, bigEndian);
        listener.hear({ samples, frameCount: block.frameCount });
      }
    } finally {
      listener.end?.();
    }
  });
}
