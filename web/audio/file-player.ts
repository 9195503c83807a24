// Plays a sound file on a device: the browser decodes it, and it goes to the gateway as the sound of an
// AudioFile program that runs in the page.

import { deviceTime, difference } from '#shared/audio/time';
import { type Connection, type Context, connectAudioFile } from '#shared/client/index';
import type { DeviceTime } from '#shared/protocol/ids';
import { frameCountOf, piecesOf } from './file-sound.ts';
import { gatewayUrl } from './gateway-urls.ts';
import { openWebSocketStream } from './websocket-stream.ts';

export interface PlayFileOptions {
  /** How much of the file has been played, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Ends it early; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** More would fill the memory: decoded sound takes about ten times the room. */
const MAX_FILE_BYTES = 200 * 1024 * 1024;
/** Decoded at this rate whatever it had, and resampled to the device's. */
const DECODED_RATE_HZ = 48_000;
/** So much is sent before the first of it sounds. */
const LEAD_SECONDS = 0.25;
const PIECE_SECONDS = 0.25;
const PROGRESS_EVERY_MS = 100;

/**
 * Plays a file that the browser can decode on a device, named by its number for AudioFile programs. Resolves
 * when the last of it has been played; rejects with an error whose message is for people.
 */
export async function playFile(
  relayUrl: string,
  deviceIndex: number,
  file: Blob,
  options: PlayFileOptions,
): Promise<void> {
  const sound = await decode(file);
  options.signal.throwIfAborted();
  const stream = openWebSocketStream(gatewayUrl(relayUrl, 'audiofile'));
  const connection = await connectAudioFile(stream, { signal: options.signal });
  try {
    await new FilePlay(sound, options).run(connection, deviceIndex);
  } finally {
    // Whatever went wrong before says more than how the connection ends.
    await connection.close().catch(() => {});
  }
}

async function decode(file: Blob): Promise<AudioBuffer> {
  if (file.size > MAX_FILE_BYTES) {
    throw new Error('The file is too large to be decoded in a page: play it with `af play`.');
  }
  const context = new OfflineAudioContext(1, 1, DECODED_RATE_HZ);
  const bytes = await file.arrayBuffer();
  try {
    return await context.decodeAudioData(bytes);
  } catch {
    throw new Error('The browser cannot decode this file: it is no sound that it knows.');
  }
}

class FilePlay {
  readonly #sound: AudioBuffer;
  readonly #options: PlayFileOptions;
  #startTime = 0;
  #sentFrames = 0;
  #totalFrames = 0;

  constructor(sound: AudioBuffer, options: PlayFileOptions) {
    this.#sound = sound;
    this.#options = options;
  }

  async run(connection: Connection, deviceIndex: number): Promise<void> {
    const context = await connection.createContext(deviceIndex, { encoding: 'LIN16' });
    const { playRateHz } = context.device;
    this.#totalFrames = frameCountOf(this.#sound, playRateHz);
    this.#startTime = (await context.getTime()) + Math.round(LEAD_SECONDS * playRateHz);
    try {
      await this.#send(context);
      await this.#awaitEnd(context);
    } catch (error) {
      if (this.#options.signal.aborted) await this.#silence(context);
      throw error;
    }
  }

  /** No timer paces this: the gateway takes a piece when there is room for it. */
  async #send(context: Context): Promise<void> {
    const { playRateHz: rateHz, playChannelCount: channelCount } = context.device;
    const pieceFrames = Math.round(PIECE_SECONDS * rateHz);
    const { signal } = this.#options;
    for (const piece of piecesOf(this.#sound, { rateHz, channelCount, pieceFrames })) {
      const startTime = this.#startTime + this.#sentFrames;
      this.#sentFrames += piece.length / channelCount;
      const samples = littleEndianBytes(piece);
      this.#show(await context.play({ startTime, samples, channelCount, signal }));
    }
  }

  async #awaitEnd(context: Context): Promise<void> {
    const { signal } = this.#options;
    while (this.#show(await context.getTime()) < this.#totalFrames) {
      await new Promise((resolve) => setTimeout(resolve, PROGRESS_EVERY_MS));
      signal.throwIfAborted();
    }
  }

  /** Gives the frames that have been played when the device's clock shows `time`. */
  #show(time: DeviceTime): number {
    const playedFrames = difference(time, deviceTime(this.#startTime));
    const share = playedFrames / Math.max(1, this.#totalFrames);
    this.#options.onProgress(Math.min(1, Math.max(0, share)));
    return playedFrames;
  }

  /** Takes back what was sent and has not been played, without touching what others play after it. */
  async #silence(context: Context): Promise<void> {
    await context.changeAttributes({ preempts: true });
    const startTime = await context.getTime();
    const endTime = deviceTime(this.#startTime + this.#sentFrames);
    const frameCount = difference(endTime, startTime);
    if (frameCount <= 0) return;
    const channelCount = context.device.playChannelCount;
    const samples = new Uint8Array(frameCount * channelCount * 2);
    await context.play({ startTime, samples, channelCount });
  }
}

function littleEndianBytes(samples: Int16Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(samples.byteLength));
  for (let i = 0; i < samples.length; i++) bytes.setInt16(2 * i, samples[i] as number, true);
  return new Uint8Array(bytes.buffer);
}
