// Recordings of a device, one at a time: of what it plays while the page listens, or of what it hears.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Player } from '../../audio/face.ts';
import type { PageSound } from '../page-sound.ts';
import { recordingFull, recordingLost } from '../words/state-words.ts';
import type { Notices } from './notices.ts';
import {
  createRecording,
  type Hear,
  type Recording,
  type RecordSource,
  tellerOf,
} from './recording.ts';

interface DeviceRecordingPorts {
  readonly name: ReadonlySignal<string>;
  readonly sound: Pick<PageSound, 'createRecorder' | 'nowMs'>;
  readonly notices: Notices;
  /** Hands a finished recording to the person. */
  readonly save: (file: Blob, name: string) => void;
  /** Listens, if the page does not yet; gives its player. */
  readonly listen: () => Player | undefined;
  readonly hear: Hear;
}

export interface DeviceRecording {
  readonly recording: ReadonlySignal<Recording | undefined>;
  start(source: RecordSource): void;
  /** Saves what there is. */
  stop(): void;
  /** The page listens by this player from now on. */
  plays(player: Player): void;
  /** The page listens no more. */
  playsNoMore(): void;
}

export function createDeviceRecording(ports: DeviceRecordingPorts): DeviceRecording {
  const { name, sound, notices, save, listen, hear } = ports;
  const recording = signal<Recording | undefined>(undefined);

  function stop(): void {
    if (!recording.value) return;
    const { source } = recording.value;
    const file = recording.value.finish();
    recording.value = undefined;
    if (file) save(file, fileNameOf(name.value, source));
  }

  function begin(source: RecordSource): Recording {
    const { createRecorder, nowMs } = sound;
    const onFull = () => {
      stop();
      notices.add(recordingFull);
    };
    const started = createRecording({ source, recorder: createRecorder(), nowMs, onFull });
    recording.value = started;
    return started;
  }

  function recordPlayed(): void {
    const player = listen();
    const started = begin('plays');
    if (player) started.follow(player);
  }

  function recordHeard(): void {
    const started = begin('hears');
    const onLost = (reason: string) => {
      if (recording.value === started) stop();
      notices.add(recordingLost(name.value, reason));
    };
    started.follow(tellerOf(hear, onLost));
  }

  return {
    recording,
    start(source) {
      stop();
      if (source === 'plays') recordPlayed();
      else recordHeard();
    },
    stop,
    plays(player) {
      if (recording.value?.source === 'plays') recording.value.follow(player);
    },
    playsNoMore() {
      if (recording.value?.source === 'plays') stop();
    },
  };
}

function fileNameOf(deviceName: string, source: RecordSource): string {
  return source === 'plays' ? `${deviceName}.wav` : `${deviceName} heard.wav`;
}
