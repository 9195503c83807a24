// What the sound side of the page offers to whoever draws it, and to pages of other people. Everything is
// told by callbacks that run on the main thread; nothing here needs a framework.
import type { DeviceListing, GatewayMessage, PageMessage } from '#shared/relay/control';
import type { PhoneSignal } from './phone-signals.ts';
import type { Refusal } from './refusal.ts';

export type { RefusalCode } from './refusal.ts';

/** Ends what a call began: a subscription, a stream. */
export type End = () => void;

export type RelayState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The gateway does not answer; the next try comes by itself. */
  | { readonly kind: 'waiting'; readonly retryAtMs: number; readonly reason: string }
  /** It will not do, however often it is tried: a wrong token, another version. */
  | (Refusal & { readonly kind: 'refused' });

/** The one WebSocket of a page. It reconnects by itself, and takes up again what was under way. */
export interface Relay {
  readonly state: RelayState;
  readonly devices: readonly DeviceListing[];
  /** Time on the way there and back, and the gateway's clock; undefined before the first exchange. */
  readonly roundTripMs: number | undefined;
  serverMsAt(pageMs: number): number | undefined;
  onState(listener: (state: RelayState) => void): End;
  onDevices(listener: (devices: readonly DeviceListing[]) => void): End;
  onMessage(listener: (message: GatewayMessage) => void): End;
  send(message: PageMessage): void;
  /** Tries again now. */
  retry(): void;
  close(): void;
}

export type PlayerState =
  /** The browser wants a click or a key before it makes a sound. */
  | 'needsGesture'
  | 'silent'
  | 'priming'
  | 'playing'
  /** The relay is away, or the device is. */
  | 'waiting';

/** Why it sounds as it does: about four times a second. */
export interface PlayerReport {
  /** Where the delay comes from, in ms; they add up to the latency. */
  readonly networkMs: number;
  readonly bufferMs: number;
  readonly outputMs: number;
  readonly targetMs: number;
  readonly underrunCount: number;
  readonly droppedFrameCount: number;
  readonly driftPpm: number;
}

export interface Level {
  /** 0 to 1, of the last moments. */
  readonly peak: number;
  readonly rms: number;
}

export interface Player {
  readonly state: PlayerState;
  /** 0 to 1. */
  volume: number;
  onState(listener: (state: PlayerState) => void): End;
  onReport(listener: (report: PlayerReport) => void): End;
  /** Levels and samples for drawing; the worklet computes them only while somebody listens to them. */
  onLevel(listener: (level: Level) => void): End;
  /** The last sound that was played, mono, for a waveform or a spectrogram. */
  onSamples(listener: (samples: Float32Array, rateHz: number) => void): End;
  /** What was played, as it came from the gateway, for recording it. */
  onFrames(listener: (samples: Int16Array, channelCount: number, rateHz: number) => void): End;
  /** Call it in a click or key handler: it may be what the browser waits for. */
  resume(): Promise<void>;
  stop(): void;
}

export type MicrophoneState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'live' }
  /** The gateway lets this page only listen, the page is not secure, the person said no, there is no microphone, or it was taken away. */
  | {
      readonly kind: 'failed';
      readonly code: 'forbidden' | 'insecure' | 'denied' | 'missing' | 'lost' | 'other';
      readonly message: string;
    }
  | { readonly kind: 'waiting' };

export interface Microphone {
  readonly state: MicrophoneState;
  /** While it is held the browser hears, and nobody else does. */
  isHeld: boolean;
  onState(listener: (state: MicrophoneState) => void): End;
  onLevel(listener: (level: Level) => void): End;
  stop(): void;
}

export interface PlayerOptions {
  /** 10 ms costs more messages, 20 ms more latency. */
  readonly frameMs?: 10 | 20;
  /** Correct the clocks' drift by resampling; off only to compare samples. */
  readonly correctsDrift?: boolean;
  /** Plays at the moment that all pages have agreed on. */
  readonly isSynchronous?: boolean;
  /** Added to that moment, for speakers that lag. */
  readonly trimMs?: number;
}

export interface MicrophoneOptions {
  /** Echo cancellation, noise suppression and gain control, which spoil anything but a voice. */
  readonly isVoice?: boolean;
  /** Opened, and not heard before it is let go. */
  readonly isHeld?: boolean;
}

/** What a telephone in the page sounds like by itself. */
export interface PhoneTones {
  /** 0 to 1. */
  volume: number;
  /** Sounds in the place of the one before; nothing ends it. The same again changes nothing. */
  signal(name: PhoneSignal | undefined): void;
  /** A key is heard, quietly, until the end. */
  key(digit: string): End;
}

export interface SoundSide {
  connect(url: string, pageName: string): Relay;
  play(relay: Relay, device: number, options?: PlayerOptions): Player;
  speak(relay: Relay, device: number, options?: MicrophoneOptions): Microphone;
  createPhoneTones(): PhoneTones;
}
