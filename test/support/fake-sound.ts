// Stands in for the engines under the page, so that every state of it can be seen without sound hardware.
// A test build of the page has it in the place of web/page/sound.ts; the test drives it through the global
// `fakeSound`, and says with the global `fakeStart` how things stand when the page opens. Its clock moves only
// when it is told to.
import type { DeviceListing, GatewayMessage, PageMessage } from '#shared/relay/control';
import { fakeDevices } from '#test/support/fake-devices';
import { musicAt } from '#test/support/fake-music';
import type {
  End,
  Level,
  Microphone,
  MicrophoneOptions,
  MicrophoneState,
  PhoneTones,
  Player,
  PlayerOptions,
  PlayerReport,
  PlayerState,
  Relay,
  RelayState,
} from '#web/audio/face';
import type { HearDeviceOptions } from '#web/audio/heard-sound';
import type { PhoneSignal } from '#web/audio/phone-signals';
import { createRecorder } from '#web/audio/recorder';
import type { PageSound, PlayFileOptions } from '#web/page/page-sound';

export interface FakeStart {
  readonly relay?: RelayState;
  readonly devices?: readonly DeviceListing[];
  readonly player?: PlayerState;
  readonly microphone?: MicrophoneState;
}

const LIVE: RelayState = { kind: 'live' };
const CHUNK_SECONDS = 0.02;
const CHUNKS_PER_REPORT = 12;

const start = (): FakeStart => (globalThis as { fakeStart?: FakeStart }).fakeStart ?? {};

function createTeller<T extends readonly unknown[]>() {
  const listeners = new Set<(...values: T) => void>();
  return {
    get count() {
      return listeners.size;
    },
    on(listener: (...values: T) => void): End {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(...values: T) {
      for (const listener of [...listeners]) listener(...values);
    },
    clear: () => listeners.clear(),
  };
}

let clockMs = 1_000;

interface FakeTimer {
  readonly dueMs: number;
  readonly callback: () => void;
}

const timers = new Set<FakeTimer>();

/** Timers that come due go off in their order, each at its time. */
function passTime(ms: number): void {
  const endMs = clockMs + ms;
  for (;;) {
    const due = [...timers].filter(({ dueMs }) => dueMs <= endMs);
    if (due.length === 0) break;
    const next = due.reduce((first, each) => (each.dueMs < first.dueMs ? each : first));
    timers.delete(next);
    clockMs = Math.max(clockMs, next.dueMs);
    next.callback();
  }
  clockMs = endMs;
}

function after(delayMs: number, callback: () => void): End {
  const timer = { dueMs: clockMs + delayMs, callback };
  timers.add(timer);
  return () => timers.delete(timer);
}

/** What a player of a quiet home network reports. */
const usualReport: PlayerReport = {
  networkMs: 6,
  bufferMs: 62,
  outputMs: 24,
  targetMs: 60,
  underrunCount: 0,
  droppedFrameCount: 0,
  driftPpm: 12.4,
};

function createFakePlayer(listing: DeviceListing, options: PlayerOptions) {
  const states = createTeller<[PlayerState]>();
  const reports = createTeller<[PlayerReport]>();
  const levels = createTeller<[Level]>();
  const pictures = createTeller<[Float32Array, number]>();
  const frames = createTeller<[Int16Array, number, number]>();
  const { rateHz, channelCount } = listing;
  let state: PlayerState = start().player ?? 'silent';
  let frame = 0;

  const player: Player = {
    get state() {
      return state;
    },
    volume: 1,
    onState: states.on,
    onReport: reports.on,
    onLevel: levels.on,
    onSamples: pictures.on,
    onFrames: frames.on,
    async resume() {
      if (state === 'needsGesture') become('silent');
    },
    stop() {
      isStopped = true;
    },
  };
  let isStopped = false;

  function become(next: PlayerState): void {
    state = next;
    states.tell(next);
  }

  function playChunk(): void {
    const length = Math.round(rateHz * CHUNK_SECONDS);
    const mono = Float32Array.from({ length }, (_, i) => musicAt(frame + i, rateHz));
    frame += length;
    clockMs += CHUNK_SECONDS * 1_000;
    const peak = mono.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const rms = Math.sqrt(mono.reduce((sum, sample) => sum + sample ** 2, 0) / length);
    pictures.tell(mono, rateHz);
    levels.tell({ peak, rms });
    const frameSamples = new Int16Array(length * channelCount);
    for (let i = 0; i < frameSamples.length; i++) {
      frameSamples[i] = (mono[Math.floor(i / channelCount)] ?? 0) * 32_767;
    }
    frames.tell(frameSamples, channelCount, rateHz);
  }

  return {
    player,
    options,
    become,
    report: reports.tell,
    get isStopped() {
      return isStopped;
    },
    /** How many ask for samples and for levels: none should while nobody sees them. */
    get watcherCount() {
      return pictures.count + levels.count;
    },
    /** Plays music for so long, all at once. */
    play(seconds: number, report: PlayerReport = usualReport) {
      if (state !== 'playing') become('playing');
      for (let chunk = 0; chunk < seconds / CHUNK_SECONDS; chunk++) {
        playChunk();
        const swing = 9 * Math.sin(chunk / 31) + 4 * Math.sin(chunk / 7);
        if (chunk % CHUNKS_PER_REPORT > 0) continue;
        reports.tell({ ...report, bufferMs: Math.max(0, report.bufferMs + swing) });
      }
    },
  };
}

function createFakeMicrophone({ isHeld = false }: MicrophoneOptions) {
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

/** What the telephone of a device sounds like by itself. */
function createFakeTones() {
  const keysDown = new Set<string>();
  let signal: PhoneSignal | undefined;
  const tones: PhoneTones = {
    volume: 1,
    signal(name) {
      signal = name;
    },
    key(digit) {
      keysDown.add(digit);
      return () => keysDown.delete(digit);
    },
  };
  return {
    tones,
    get signal() {
      return signal;
    },
    get keysDown() {
      return [...keysDown].join('');
    },
  };
}

function createFakeRelay() {
  const states = createTeller<[RelayState]>();
  const lists = createTeller<[readonly DeviceListing[]]>();
  const messages = createTeller<[GatewayMessage]>();
  const sent: PageMessage[] = [];
  let state: RelayState = start().relay ?? LIVE;
  let devices = state.kind === 'live' ? (start().devices ?? fakeDevices) : [];
  let retryCount = 0;

  const relay: Relay = {
    get state() {
      return state;
    },
    get devices() {
      return devices;
    },
    roundTripMs: 2.3,
    serverMsAt: (pageMs) => pageMs,
    onState: states.on,
    onDevices: lists.on,
    onMessage: messages.on,
    send: (message) => sent.push(message),
    retry() {
      retryCount += 1;
    },
    close() {},
  };
  return {
    relay,
    sent,
    message: messages.tell,
    /** Pages of earlier tests hear no more of it. */
    forgetPages() {
      states.clear();
      lists.clear();
      messages.clear();
      sent.length = 0;
    },
    become(next: RelayState) {
      state = next;
      states.tell(next);
    },
    list(next: readonly DeviceListing[]) {
      devices = next;
      lists.tell(next);
    },
    get retryCount() {
      return retryCount;
    },
  };
}

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
  nowMs: () => clockMs,
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
    return clockMs;
  },
  passTime,
};

export type FakeControls = typeof controls;

Object.assign(globalThis, { fakeSound: controls });
