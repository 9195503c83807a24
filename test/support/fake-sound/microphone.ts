// Stands in for a microphone.
import type { Level, Microphone, MicrophoneOptions, MicrophoneState } from '#web/audio/face';
import { start } from './start.ts';
import { createTeller } from './teller.ts';

export function createFakeMicrophone({ isHeld = false }: MicrophoneOptions) {
  const states = createTeller<[MicrophoneState]>();
  const levels = createTeller<[Level]>();
  let state: MicrophoneState = { kind: 'opening' };
  let isStopped = false;
  const microphone: Microphone = {
    get state() {
      return state;
    },
    isHeld,
    onState: states.on,
    onLevel: levels.on,
    stop() {
      isStopped = true;
    },
  };
  function become(next: MicrophoneState): void {
    state = next;
    states.tell(next);
  }
  queueMicrotask(() => become(start().microphone ?? { kind: 'live' }));
  return {
    microphone,
    get isHeld() {
      return microphone.isHeld;
    },
    become,
    level: levels.tell,
    get watcherCount() {
      return levels.count;
    },
    get isStopped() {
      return isStopped;
    },
  };
}
