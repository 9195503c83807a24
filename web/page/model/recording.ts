// A recording in the making on a device, as signals.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Player } from '../../audio/face.ts';
import type { Recorder } from '../../audio/recorder.ts';
import { createPacedRecorder } from './recorder.ts';

export interface RecordingSize {
  readonly seconds: number;
  readonly byteCount: number;
}

export interface Recording {
  /** How long and how large it is, told once a second. */
  readonly size: ReadonlySignal<RecordingSize>;
  /** Takes from this player from now on; the one before has stopped. */
  follow(player: Player): void;
  /** The WAV file; undefined where nothing was played. */
  finish(): Blob | undefined;
}

export interface RecordingPorts {
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  readonly onFull: () => void;
}

export function createRecording({ recorder, nowMs, onFull }: RecordingPorts): Recording {
  const paced = createPacedRecorder(recorder, nowMs());
  const size = signal<RecordingSize>({ seconds: 0, byteCount: 0 });
  let end = () => {};

  return {
    size,
    follow(player) {
      end();
      end = player.onFrames((samples, channelCount, rateHz) => {
        paced.add(samples, { channelCount, rateHz }, nowMs());
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
