// Hands frames to listeners, all of them in order. Many are served a slice at a time, so that the event loop
// gets to everything else in between.
import type { Clock } from '#server/devices/face';
import type { BroadcastFrame } from './broadcast-frame.ts';

/** Hears frames. Must not throw; may end itself or others. */
export interface FrameListener {
  hear(frame: BroadcastFrame, nowMs: number): void;
}

export interface FanOutOptions {
  readonly clock: Clock;
  /** Calls back when the event loop has been round. */
  soon(callback: () => void): void;
}

/** Serving listeners takes no longer than this at a time. */
const SLICE_MS = 2;
/** Looking at the clock costs as much as a part of a listener. */
const LISTENERS_PER_LOOK = 16;
/** What a gateway that cannot keep up leaves waiting; live sound that is older is worth nothing. */
const MAX_WAITING_FRAMES = 15;

export class FanOut {
  readonly #options: FanOutOptions;
  readonly #listeners: FrameListener[] = [];
  readonly #frames: BroadcastFrame[] = [];
  /** Who hears the first of the frames next. */
  #next = 0;
  #isPaused = false;
  readonly #goOn = () => {
    this.#isPaused = false;
    this.#serve();
  };

  constructor(options: FanOutOptions) {
    this.#options = options;
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }

  add(listener: FrameListener): void {
    this.#listeners.push(listener);
  }

  delete(listener: FrameListener): void {
    const index = this.#listeners.indexOf(listener);
    if (index < 0) return;
    this.#listeners.splice(index, 1);
    if (index < this.#next) this.#next -= 1;
  }

  /** False where so much waits already that the frame is lost to everybody. */
  send(frame: BroadcastFrame): boolean {
    if (this.#frames.length >= MAX_WAITING_FRAMES) return false;
    this.#frames.push(frame);
    if (!this.#isPaused && this.#frames.length === 1) this.#serve();
    return true;
  }

  #serve(): void {
    const startMs = this.#options.clock.nowMs();
    for (let frame = this.#frames[0]; frame !== undefined; frame = this.#frames[0]) {
      if (!this.#serveFrame(frame, startMs)) {
        this.#isPaused = true;
        this.#options.soon(this.#goOn);
        return;
      }
      this.#frames.shift();
      this.#next = 0;
    }
  }

  /** False where there was no time for all. */
  #serveFrame(frame: BroadcastFrame, startMs: number): boolean {
    const { clock } = this.#options;
    const listeners = this.#listeners;
    let nowMs = clock.nowMs();
    for (let served = 1; this.#next < listeners.length; served++) {
      const listener = listeners[this.#next] as FrameListener;
      this.#next += 1;
      listener.hear(frame, nowMs);
      if (served % LISTENERS_PER_LOOK !== 0) continue;
      nowMs = clock.nowMs();
      if (nowMs - startMs > SLICE_MS && this.#next < listeners.length) return false;
    }
    return true;
  }
}
