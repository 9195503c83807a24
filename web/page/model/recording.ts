// A recording in the making on a device, as signals.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { HearDeviceOptions } from '../../audio/heard-sound.ts';
import type { Recorder, SoundTeller } from '../../audio/recorder.ts';
import { createPacedRecorder } from './recorder.ts';

/** What a device plays, or what it hears. */
export type RecordSource = 'plays' | 'hears';

export interface RecordingSize {
  readonly seconds: number;
  readonly byteCount: number;
}

export interface Recording {
  readonly source: RecordSource;
  /** How long and how large it is, told once a second. */
  readonly size: ReadonlySignal<RecordingSize>;
  /** Takes what is told from now on, and no more of the one before. */
  follow(teller: SoundTeller): void;
  /** The WAV file; undefined where there was no sound. */
  finish(): Blob | undefined;
}

export interface RecordingPorts {
  readonly source: RecordSource;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  readonly onFull: () => void;
}

export function createRecording({ source, recorder, nowMs, onFull }: RecordingPorts): Recording {
  const startMs = nowMs();
  const paced = createPacedRecorder(recorder, startMs);
  // What is heard has its pauses in it, however late it comes.
  const arrivalMs = source === 'plays' ? nowMs : () => startMs;
  const size = signal<RecordingSize>({ seconds: 0, byteCount: 0 });
  let end = () => {};

  return {
    source,
    size,
    follow(teller) {
      end();
      end = teller.onFrames((samples, channelCount, rateHz) => {
        paced.add(samples, { channelCount, rateHz }, arrivalMs());
        const seconds = Math.floor(paced.seconds);
        if (seconds !== size.value.seconds) size.value = { seconds, byteCount: paced.byteCount };
        if (paced.isFull) onFull();
      });
    },
    finish() {
      end();
      return recorder.toWav();
    },
  };
}

/** What hears, with the device already chosen. */
export type Hear = (options: HearDeviceOptions) => Promise<never>;

/** Hears as long as somebody wants to be told; `onLost` is told why that ended, unless it was wished. */
export function tellerOf(hear: Hear, onLost: (reason: string) => void): SoundTeller {
  return {
    onFrames(onSamples) {
      const abort = new AbortController();
      hear({ onSamples, signal: abort.signal }).catch((error: unknown) => {
        if (abort.signal.aborted) return;
        onLost(error instanceof Error ? error.message : String(error));
      });
      return () => abort.abort();
    },
  };
}
