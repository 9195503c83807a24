// A sound file that is being played on a device.
import { type ReadonlySignal, signal } from '@preact/signals';

export interface FilePlay {
  readonly fileName: string;
  /** How much of it has been played, from 0 to 1. */
  readonly progress: ReadonlySignal<number>;
  /** Resolves when it has ended: with the reason where it failed, with nothing where it was stopped. */
  readonly ended: Promise<string | undefined>;
  stop(): void;
}

/** What plays the file, with the device already chosen. */
export type PlayFile = (
  file: File,
  options: { onProgress: (share: number) => void; signal: AbortSignal },
) => Promise<void>;

export function startFilePlay(file: File, play: PlayFile): FilePlay {
  const progress = signal(0);
  const abort = new AbortController();

  async function run(): Promise<string | undefined> {
    try {
      const onProgress = (share: number) => {
        progress.value = share;
      };
      await play(file, { onProgress, signal: abort.signal });
    } catch (error) {
      if (abort.signal.aborted) return undefined;
      return error instanceof Error ? error.message : String(error);
    }
    return undefined;
  }

  return { fileName: file.name, progress, ended: run(), stop: () => abort.abort() };
}
