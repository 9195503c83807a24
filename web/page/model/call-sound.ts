// The sound of a call on a device: listening and the microphone, begun for it and ended with it, unless the
// person had them on before. Nobody hears the microphone before the call is up.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Listening } from './listening.ts';
import type { Speaking } from './speaking.ts';

export interface CallSoundPorts {
  readonly listening: ReadonlySignal<Listening | undefined>;
  readonly speaking: ReadonlySignal<Speaking | undefined>;
  readonly startListening: () => void;
  readonly stopListening: () => void;
  /** Opens a microphone that is held. */
  readonly startMicrophone: () => void;
  readonly stopSpeaking: () => void;
}

export interface CallSound {
  /** It is on for the call, and ends with it. */
  readonly isOwnListening: ReadonlySignal<boolean>;
  readonly isOwnMicrophone: ReadonlySignal<boolean>;
  readonly isMuted: ReadonlySignal<boolean>;
  /** In a click or key handler, as browsers want it. */
  open(): void;
  /** From now on the other end hears the microphone. */
  connect(): void;
  setMuted(isMuted: boolean): void;
  /** The person wants it, too: it goes on after the call. */
  keepListening(): void;
  keepMicrophone(): void;
  /** For a microphone that was refused before. */
  tryMicrophoneAgain(): void;
  close(): void;
}

export function createCallSound(ports: CallSoundPorts): CallSound {
  const { listening, speaking, startListening, stopListening, startMicrophone, stopSpeaking } =
    ports;
  const isOwnListening = signal(false);
  const isOwnMicrophone = signal(false);
  const isMuted = signal(false);
  let isConnected = false;

  function follow(): void {
    const microphone = speaking.value?.microphone;
    if (microphone) microphone.isHeld = isMuted.value || (isOwnMicrophone.value && !isConnected);
  }

  function openMicrophone(): void {
    startMicrophone();
    isOwnMicrophone.value = true;
    follow();
  }

  return {
    isOwnListening,
    isOwnMicrophone,
    isMuted,
    open() {
      isConnected = false;
      isMuted.value = false;
      if (listening.value) void listening.value.player.resume();
      else {
        startListening();
        isOwnListening.value = true;
      }
      const state = speaking.value?.state.value.kind;
      if (state === undefined || state === 'failed') openMicrophone();
    },
    connect() {
      isConnected = true;
      follow();
    },
    setMuted(next) {
      isMuted.value = next;
      follow();
    },
    keepListening() {
      isOwnListening.value = false;
    },
    keepMicrophone() {
      isOwnMicrophone.value = false;
    },
    tryMicrophoneAgain: openMicrophone,
    close() {
      isMuted.value = false;
      if (isOwnListening.value) stopListening();
      if (isOwnMicrophone.value) stopSpeaking();
      isOwnListening.value = false;
      isOwnMicrophone.value = false;
      follow();
    },
  };
}
