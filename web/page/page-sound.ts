// What the page needs of the sound side: the engines, the playing of sound files, and recording.
import type { SoundSide } from '../audio/face.ts';
import type { HearDeviceOptions } from '../audio/heard-sound.ts';
import type { Recorder } from '../audio/recorder.ts';

export interface PlayFileOptions {
  /** How much of the file has been played, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Ends it early; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface PageSound extends SoundSide {
  /**
   * Plays a file that the browser can decode on a device, named by its number for AudioFile programs.
   * Resolves when the last of it has been heard; rejects with an error whose message is for people.
   */
  playFile(
    relayUrl: string,
    deviceIndex: number,
    file: File,
    options: PlayFileOptions,
  ): Promise<void>;
  /**
   * Hears with a device, named in the same way, until it is ended; rejects with an error whose message is
   * for people when the gateway goes away.
   */
  hearDevice(relayUrl: string, deviceIndex: number, options: HearDeviceOptions): Promise<never>;
  createRecorder(): Recorder;
  /** The clock of `retryAtMs` and of the samples that reach the page. */
  nowMs(): number;
  /** Calls back once on that clock; what it returns prevents that. */
  after(delayMs: number, callback: () => void): () => void;
}
