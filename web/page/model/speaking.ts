// One device being spoken to: the microphone's state as a signal.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Microphone, MicrophoneState } from '../../audio/face.ts';

export interface Speaking {
  readonly microphone: Microphone;
  readonly state: ReadonlySignal<MicrophoneState>;
  stop(): void;
}

export function createSpeaking(microphone: Microphone): Speaking {
  const state = signal(microphone.state);
  const end = microphone.onState((next) => {
    state.value = next;
  });
  return {
    microphone,
    state,
    stop() {
      end();
      microphone.stop();
    },
  };
}
