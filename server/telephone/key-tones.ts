// The keys of a caller's telephone: each is an event of the line and a tone that the device hears.
//
//   idle ──press──▶ sounding ──released, after 60 ms at least──▶ gap of 50 ms ──▶ idle
import type { Timers, VirtualPhoneLine } from '#server/devices/index';
import { dtmfSegments } from '#shared/audio/dtmf';
import type { LineTone } from './line-tone.ts';

/** What every detector of digits is sure to find, and to tell from the next one. */
const MIN_KEY_MS = 60;
const GAP_MS = 50;
/** A page that forgets a key is not heard for ever. */
const MAX_KEY_MS = 10_000;
/** Keys that were pressed faster than they can sound wait for their turn; more are left out. */
export const MAX_WAITING_KEYS = 32;

interface Key {
  readonly digit: string;
  isReleased: boolean;
}

export interface KeyTonesPorts {
  readonly timers: Timers;
  readonly clock: { nowMs(): number };
  readonly line: Pick<VirtualPhoneLine, 'dtmf'>;
  readonly tone: Pick<LineTone, 'play' | 'stop'>;
}

export class KeyTones {
  readonly #ports: KeyTonesPorts;
  readonly #waiting: Key[] = [];
  #sounding: Key | undefined;
  /** Since when the key sounds, or the gap after it lasts. */
  #sinceMs = Number.NEGATIVE_INFINITY;
  #cancelTimer = () => {};

  constructor(ports: KeyTonesPorts) {
    this.#ports = ports;
  }

  /** A telephone has one tone at a time: the key that was down before counts as released. */
  press(digit: string): void {
    this.#releaseLast();
    if (this.#waiting.length < MAX_WAITING_KEYS) this.#waiting.push({ digit, isReleased: false });
    this.#goOn();
  }

  release(digit: string): void {
    if (this.#last?.digit === digit) this.#releaseLast();
    this.#goOn();
  }

  /** Ends what sounds and forgets what waits. */
  stop(): void {
    this.#waiting.length = 0;
    this.#cancelTimer();
    this.#end();
  }

  get #last(): Key | undefined {
    return this.#waiting.at(-1) ?? this.#sounding;
  }

  #releaseLast(): void {
    if (this.#last !== undefined) this.#last.isReleased = true;
  }

  #goOn(): void {
    this.#cancelTimer();
    const waitMs = this.#sinceMs + this.#durationMs() - this.#ports.clock.nowMs();
    if (waitMs > 0) {
      this.#cancelTimer = this.#ports.timers.after(waitMs, () => this.#goOn());
      return;
    }
    if (this.#sounding !== undefined) this.#end();
    else if (!this.#begin()) return;
    this.#goOn();
  }

  /** How long the present state lasts. */
  #durationMs(): number {
    if (this.#sounding === undefined) return GAP_MS;
    return this.#sounding.isReleased ? MIN_KEY_MS : MAX_KEY_MS;
  }

  /** Gives whether a key waited. */
  #begin(): boolean {
    this.#sounding = this.#waiting.shift();
    if (this.#sounding === undefined) return false;
    const { digit } = this.#sounding;
    const [{ tones } = { tones: [] }] = dtmfSegments(digit);
    this.#sinceMs = this.#ports.clock.nowMs();
    this.#ports.tone.play([{ tones, durationMs: Number.POSITIVE_INFINITY }]);
    this.#ports.line.dtmf(digit, 1);
    return true;
  }

  #end(): void {
    if (this.#sounding === undefined) return;
    const { digit } = this.#sounding;
    this.#sounding = undefined;
    this.#sinceMs = this.#ports.clock.nowMs();
    this.#ports.tone.stop();
    this.#ports.line.dtmf(digit, 0);
  }
}
