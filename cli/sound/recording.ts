// A recording that goes into one file or stream, on as many connections as it takes.
import { fillSilence } from '#shared/audio/encodings/units';
import type { Context } from '#shared/client/index';
import { frameByteCount, isSameFormat, type SoundFormat } from '../sound-files/format.ts';
import type { SoundWriter } from '../sound-files/writing.ts';
import { recordFormatOf } from './device-format.ts';
import { deviceChanged } from './reconnecting.ts';
import { RECORD_BLOCK_SECONDS, type RecordedBlock, recordBlocks } from './recorder.ts';
import type { RecordingPosition } from './recording-position.ts';
import { codecNamed, type SoundConverter } from './sound-converter.ts';

/** Whoever looks at what is recorded. */
export interface RecordingWatch {
  /** Says whether that was the end of the recording. */
  add(block: RecordedBlock): boolean;
  /** Nobody heard anything for so long. */
  skip(frameCount: number): void;
}

export interface RecordingOptions {
  /** What the device gives. */
  readonly format: SoundFormat;
  readonly position: RecordingPosition;
  readonly converter: SoundConverter;
  readonly writer: SoundWriter;
  readonly watch: RecordingWatch;
  /** Undefined records until it is stopped. */
  readonly frameCount: number | undefined;
  readonly signal: AbortSignal;
}

export class Recording {
  /** Frames that the device had forgotten when they were asked for. */
  lostFrames = 0;
  readonly #options: RecordingOptions;
  #hasBegun = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** Records until it is done or stopped. Called again it goes on; silence stands for what that cost. */
  async go(audio: Context): Promise<void> {
    const { position, frameCount = Number.POSITIVE_INFINITY, signal } = this.#options;
    if (this.#hasBegun) await this.#resume(audio);
    this.#hasBegun = true;
    if (position.doneFrames >= frameCount) return;
    for await (const block of recordBlocks({
      context: audio,
      startTime: position.nextTime,
      frameCount: Number.isFinite(frameCount) ? frameCount - position.doneFrames : undefined,
      signal,
    })) {
      if (await this.#take(block)) return;
    }
  }

  /** What the converter still holds; the writer is closed by whoever made it. */
  async finish(): Promise<void> {
    const { writer, converter } = this.#options;
    await writer.write(converter.finish());
  }

  async #take(block: RecordedBlock): Promise<boolean> {
    const { position, writer, converter, watch } = this.#options;
    this.lostFrames += block.lostFrames;
    position.add(block);
    await writer.write(converter.convert(block.bytes));
    return watch.add(block);
  }

  async #resume(audio: Context): Promise<void> {
    const { position, format, frameCount = Number.POSITIVE_INFINITY, watch } = this.#options;
    if (!isSameFormat(recordFormatOf(audio.device), format)) throw deviceChanged();
    const leftFrames = frameCount - position.doneFrames;
    const missedFrames = Math.min(await position.resume(audio), leftFrames);
    watch.skip(missedFrames);
    await this.#writeSilence(missedFrames);
  }

  async #writeSilence(frameCount: number): Promise<void> {
    const { format, writer, converter } = this.#options;
    const blockFrames = Math.ceil(RECORD_BLOCK_SECONDS * format.rateHz);
    const silence = new Uint8Array(blockFrames * frameByteCount(format));
    fillSilence(silence, codecNamed(format.encoding));
    for (let left = frameCount; left > 0; left -= blockFrames) {
      const byteCount = Math.min(left, blockFrames) * frameByteCount(format);
      await writer.write(converter.convert(silence.subarray(0, byteCount)));
    }
  }
}
