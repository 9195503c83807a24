// Stands in for the engines under the page, so that every state of it can be seen without sound hardware.
// A test build of the page has it in the place of web/page/sound.ts; the test drives it through the global
// `fakeSound`, and says with the global `fakeStart` how things stand when the page opens. Its clock moves only
// when it is told to.
import { fakeDevices } from '#test/support/fake-devices';
import type { HearDeviceOptions } from '#web/audio/heard-sound';
import { createRecorder } from '#web/audio/recorder';
import type { PageSound, PlayFileOptions } from '#web/page/page-sound';
import { after, nowMs, passTime } from './fake-sound/clock.ts';
import { createFakeMicrophone } from './fake-sound/microphone.ts';
import { createFakeTones } from './fake-sound/phone-tones.ts';
import { createFakePlayer, usualReport } from './fake-sound/player.ts';
import { createFakeRelay } from './fake-sound/relay.ts';

interface FakeFile {
  readonly relayUrl: string;
  readonly deviceIndex: number;
  readonly name: string;
  readonly isStopped: () => boolean;
  readonly progress: (share: number) => void;
  readonly finish: () => void;
  readonly fail: (message: string) => void;
}

/** A device that hears the same sample all the time, on both channels. */
interface FakeEar {
  readonly deviceIndex: number;
  readonly isStopped: () => boolean;
  readonly hear: (seconds: number, sample: number) => void;
  readonly fail: (message: string) => void;
}

const EAR_RATE_HZ = 48_000;

const gateway = createFakeRelay();
const players: ReturnType<typeof createFakePlayer>[] = [];
const microphones: ReturnType<typeof createFakeMicrophone>[] = [];
const phoneTones: ReturnType<typeof createFakeTones>[] = [];
const files: FakeFile[] = [];
const ears: FakeEar[] = [];

function hearDevice(
  _relayUrl: string,
  deviceIndex: number,
  { onSamples, signal }: HearDeviceOptions,
): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    ears.push({
      deviceIndex,
      isStopped: () => signal.aborted,
      hear(seconds, sample) {
        onSamples(new Int16Array(2 * seconds * EAR_RATE_HZ).fill(sample), 2, EAR_RATE_HZ);
      },
      fail: (message) => reject(new Error(message)),
    });
  });
}

function playFile(
  relayUrl: string,
  deviceIndex: number,
  file: File,
  { onProgress, signal }: PlayFileOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    files.push({
      relayUrl,
      deviceIndex,
      name: file.name,
      isStopped: () => signal.aborted,
      progress: onProgress,
      finish: resolve,
      fail: (message) => reject(new Error(message)),
    });
  });
}

export const sound: PageSound = {
  connect: () => gateway.relay,
  play(_relay, device, options = {}) {
    const listing = gateway.relay.devices.find(({ number }) => number === device);
    if (!listing) throw new Error(`no device ${device}`);
    const player = createFakePlayer(listing, options);
    players.push(player);
    return player.player;
  },
  speak(_relay, _device, options = {}) {
    const microphone = createFakeMicrophone(options);
    microphones.push(microphone);
    return microphone.microphone;
  },
  createPhoneTones() {
    const tones = createFakeTones();
    phoneTones.push(tones);
    return tones.tones;
  },
  playFile,
  hearDevice,
  createRecorder,
  nowMs,
  after,
};

/** Newest last. */
export const controls = {
  gateway,
  players,
  microphones,
  /** One for each device, in the order in which they were listed. */
  phoneTones,
  files,
  ears,
  fakeDevices,
  usualReport,
  get nowMs() {
    return nowMs();
  },
  passTime,
};

export type FakeControls = typeof controls;

Object.assign(globalThis, { fakeSound: controls });
