// One device of the gateway as this page knows and uses it.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { DeviceListing, DeviceSettings, PageMessage } from '#shared/relay/control';
import type { Right, Role } from '#shared/relay/roles';
import type { Relay } from '../../audio/face.ts';
import type { PageSound } from '../page-sound.ts';
import type { PlayingClient } from '../words/clients.ts';
import { notAllowed, whyNotInWords } from '../words/role-words.ts';
import { fileTrouble } from '../words/state-words.ts';
import { createCallSound } from './call-sound.ts';
import { createDeviceRecording } from './device-recording.ts';
import { type FilePlay, startFilePlay } from './file-play.ts';
import { amplitudeOf, createListening, type Listening } from './listening.ts';
import type { Notices } from './notices.ts';
import { createPhone, type PhoneModel } from './phone.ts';
import type { Preferences } from './preferences.ts';
import type { Recording, RecordSource } from './recording.ts';
import { createSpeaking, type Speaking } from './speaking.ts';

export type Change = Omit<Extract<PageMessage, { type: 'change' }>, 'type' | 'device'>;

export interface DevicePorts {
  /** What this page may do. */
  readonly role: ReadonlySignal<Role>;
  readonly sound: PageSound;
  readonly relay: Relay;
  readonly relayUrl: string;
  readonly preferences: Preferences;
  readonly notices: Notices;
  /** Hands a finished recording to the person. */
  readonly save: (file: Blob, name: string) => void;
}

export interface DeviceModel {
  readonly number: number;
  readonly listing: ReadonlySignal<DeviceListing>;
  /** Who plays on it now; undefined while the gateway is away. */
  readonly clients: ReadonlySignal<readonly PlayingClient[] | undefined>;
  readonly listening: ReadonlySignal<Listening | undefined>;
  readonly speaking: ReadonlySignal<Speaking | undefined>;
  readonly filePlay: ReadonlySignal<FilePlay | undefined>;
  readonly recording: ReadonlySignal<Recording | undefined>;
  /** The place of its own slider, from 0 to 1. */
  readonly volume: ReadonlySignal<number>;
  /** Why this page may not, in words; undefined where it may. */
  whyNot(right: Right): string | undefined;
  /** Of use only where the device has a telephone line. */
  readonly phone: PhoneModel;
  listen(): void;
  stopListening(): void;
  /** The same with other options, if it is listened to at all. */
  listenAnew(): void;
  speak(): void;
  /** The same with other options, if it is spoken to at all. */
  speakAnew(): void;
  stopSpeaking(): void;
  setVolume(position: number): void;
  change(change: Change): void;
  playFile(file: File): void;
  stopFile(): void;
  record(source: RecordSource): void;
  /** Saves what there is. */
  stopRecording(): void;
  /** Ends everything; recordings are saved. */
  close(): void;
  // What the gateway says of it:
  listed(listing: DeviceListing): void;
  settled(settings: DeviceSettings): void;
  playedBy(clients: readonly PlayingClient[] | undefined): void;
}

export function createDevice(first: DeviceListing, ports: DevicePorts): DeviceModel {
  const { role, sound, relay, relayUrl, preferences, notices, save } = ports;
  const listing = signal(first);
  const clients = signal<readonly PlayingClient[] | undefined>([]);
  const listening = signal<Listening | undefined>(undefined);
  const speaking = signal<Speaking | undefined>(undefined);
  const filePlay = signal<FilePlay | undefined>(undefined);
  const name = computed(() => listing.value.name);
  const volume = computed(() => preferences.volumes.value[name.value] ?? 1);
  const masterAmplitude = computed(() =>
    preferences.isMuted.value ? 0 : amplitudeOf(preferences.masterVolume.value),
  );
  const amplitude = computed(() => masterAmplitude.value * amplitudeOf(volume.value));

  /** Whether this page may; where not, it says why. */
  function may(right: Right): boolean {
    const whyNot = device.whyNot(right);
    if (whyNot !== undefined) notices.add(notAllowed(whyNot));
    return whyNot === undefined;
  }

  function remember(isListening: boolean): void {
    const others = preferences.listening.value.filter((other) => other !== name.value);
    preferences.listening.value = isListening ? [...others, name.value] : others;
  }

  function startPlayer(): void {
    const player = sound.play(relay, first.number, {
      isSynchronous: preferences.isSynchronous.value,
      trimMs: preferences.trimMs.value,
    });
    listening.value = createListening(player, amplitude, sound.nowMs);
    recorder.plays(player);
  }

  function stopPlayer(): void {
    listening.value?.stop();
    listening.value = undefined;
  }

  function startMicrophone(isHeld: boolean): void {
    stopSpeaking();
    const options = { isVoice: preferences.isVoice.value, isHeld };
    speaking.value = createSpeaking(sound.speak(relay, first.number, options));
  }

  function stopSpeaking(): void {
    speaking.value?.stop();
    speaking.value = undefined;
  }

  const recorder = createDeviceRecording({
    ...{ name, sound, notices, save },
    listen() {
      device.listen();
      return listening.value?.player;
    },
    hear: (options) => sound.hearDevice(relayUrl, listing.value.index, options),
  });

  const phone = createPhone({
    ...{ device: first.number, name, relay, preferences },
    whyNot: () => device.whyNot('speak'),
    sound: createCallSound({
      ...{ listening, speaking, stopSpeaking },
      startListening: startPlayer,
      stopListening() {
        recorder.playsNoMore();
        stopPlayer();
      },
      startMicrophone: () => startMicrophone(true),
    }),
    tones: sound.createPhoneTones(),
    amplitude: masterAmplitude,
    nowMs: sound.nowMs,
    after: sound.after,
  });

  const device: DeviceModel = {
    number: first.number,
    listing,
    clients,
    listening,
    speaking,
    filePlay,
    recording: recorder.recording,
    volume,
    whyNot: (right) => whyNotInWords(role.value, right),
    phone,
    listen() {
      // It may be the very click that the browser waits for.
      if (listening.value) void listening.value.player.resume();
      else startPlayer();
      phone.sound.keepListening();
      remember(true);
    },
    stopListening() {
      recorder.playsNoMore();
      stopPlayer();
      remember(false);
    },
    listenAnew() {
      if (!listening.value) return;
      stopPlayer();
      startPlayer();
    },
    speak() {
      if (!may('speak')) return;
      phone.sound.keepMicrophone();
      startMicrophone(false);
    },
    speakAnew() {
      if (speaking.value) startMicrophone(speaking.value.microphone.isHeld);
    },
    stopSpeaking,
    setVolume(position) {
      preferences.volumes.value = { ...preferences.volumes.value, [name.value]: position };
    },
    change(change) {
      if (!may('control')) return;
      relay.send({ type: 'change', device: first.number, ...change });
    },
    playFile(file) {
      if (!may('control')) return;
      filePlay.value?.stop();
      const { index } = listing.value;
      const play = startFilePlay(file, (played, options) =>
        sound.playFile(relayUrl, index, played, options),
      );
      filePlay.value = play;
      void play.ended.then((reason) => {
        if (filePlay.value === play) filePlay.value = undefined;
        if (reason !== undefined) notices.add(fileTrouble(file.name, reason));
      });
    },
    stopFile() {
      filePlay.value?.stop();
    },
    record(source) {
      if (source === 'hears' && !may('control')) return;
      recorder.start(source);
    },
    stopRecording: recorder.stop,
    close() {
      phone.close();
      recorder.stop();
      stopPlayer();
      stopSpeaking();
      filePlay.value?.stop();
    },
    listed(next) {
      listing.value = next;
    },
    settled(settings) {
      listing.value = { ...listing.value, settings };
    },
    playedBy(next) {
      clients.value = next;
    },
  };
  return device;
}
