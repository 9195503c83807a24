// Plays a sound file on a device the way any AudioFile program does: the browser decodes it at the device's
// rate, and a connection of its own sends it, a little ahead of the device's time.
import { type Connection, type Context, connectAudioFile } from '#shared/client/index';
import type { PlayFileOptions } from '../page-sound.ts';
import { type FileSound, lin16Bytes } from './file-samples.ts';
import { openSocketStream } from './socket-stream.ts';

/** Decoded, a file of this size may still fill a good part of the memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const CHUNK_SECONDS = 0.25;
/** From asking for the time to the first sample: longer than the way there and back. */
const START_DELAY_SECONDS = 0.3;
/** What has been sent plays on after Stop, so it is little; but pages in the background wake up rarely. */
const LEAD_SECONDS = { front: 0.6, background: 2.5 } as const;

export async function playFile(
  relayUrl: string,
  deviceIndex: number,
  file: File,
  { onProgress, signal }: PlayFileOptions,
): Promise<void> {
  if (file.size > MAX_FILE_BYTES) throw new Error('It is too large for a browser to decode.');
  const connection = await connectAudioFile(
    await openSocketStream(new URL('audiofile', relayUrl).href),
    { signal },
  );
  try {
    await playOver(connection, deviceIndex, file, { onProgress, signal });
  } finally {
    connection.abort();
  }
}

async function playOver(
  connection: Connection,
  deviceIndex: number,
  file: File,
  { onProgress, signal }: PlayFileOptions,
): Promise<void> {
  const device = connection.devices[deviceIndex];
  if (!device) throw new Error('The device is no longer there.');
  const { playRateHz: rateHz, playChannelCount: channelCount } = device;
  const sound = await decode(file, rateHz);
  const context = await connection.createContext(device, { encoding: 'LIN16' });
  const chunkFrames = Math.round(CHUNK_SECONDS * rateHz);
  const startTime = (await context.getTime()) + Math.round(START_DELAY_SECONDS * rateHz);
  let sentFrames = 0;

  for (;;) {
    signal.throwIfAborted();
    const playedFrames = await framesSince(context, startTime);
    onProgress(Math.min(1, Math.max(0, playedFrames / sound.frameCount)));
    if (playedFrames >= sound.frameCount) return;
    const leadSeconds = document.hidden ? LEAD_SECONDS.background : LEAD_SECONDS.front;
    while (sentFrames < sound.frameCount && sentFrames - playedFrames < leadSeconds * rateHz) {
      const frameCount = Math.min(chunkFrames, sound.frameCount - sentFrames);
      const samples = lin16Bytes(sound, channelCount, sentFrames, frameCount);
      await context.play({ startTime: startTime + sentFrames, samples, signal });
      sentFrames += frameCount;
    }
    await pause(CHUNK_SECONDS * 500, signal);
  }
}

/** Negative before the start; device time wraps at 2^32. */
async function framesSince(context: Context, startTime: number): Promise<number> {
  return ((await context.getTime()) - startTime) | 0;
}

async function decode(file: File, rateHz: number): Promise<FileSound> {
  const decoder = new OfflineAudioContext(1, 1, rateHz);
  const encoded = await file.arrayBuffer();
  try {
    const buffer = await decoder.decodeAudioData(encoded);
    return {
      frameCount: buffer.length,
      channels: Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
        buffer.getChannelData(channel),
      ),
    };
  } catch {
    throw new Error('It is no sound file that this browser can decode.');
  }
}

/** Ends early when it is stopped, or when the page goes to the background and needs more in hand. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = () => {
      clearTimeout(timer);
      listening.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { signal: listening.signal });
    document.addEventListener('visibilitychange', end, { signal: listening.signal });
  });
}
