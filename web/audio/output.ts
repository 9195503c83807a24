// The one AudioContext of a page. Browsers start it only within a click or a key press, so it is tried again
// at each of them until it runs; it rests while nobody uses it.

import type { End } from './face.ts';
import { Listeners } from './listeners.ts';
import { hasWorklets } from './playback-node.ts';
import captureUrl from './worklets/capture.ts?worker&url';
import playbackUrl from './worklets/playback.ts?worker&url';

/** Not known to TypeScript's library yet. */
interface AudioSessionNavigator {
  readonly audioSession?: { type: string };
}

/** How long a context may take to start before it counts as waiting for a gesture. For show only. */
const START_GRACE_MS = 300;
/** What could not be loaded is tried again after so long. */
const LOAD_AGAIN_MS = 1_000;
/** At a look back at the page, too: a telephone call that interrupted it may be over. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'visibilitychange'] as const;

export class Output {
  readonly context: AudioContext;
  /** Streams can be made. */
  isReady = false;
  readonly #missing = new Set([playbackUrl, captureUrl]);
  #isLoading = false;
  #loadCount = 0;
  #loadAgainTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #changes = new Listeners<[]>();
  #userCount = 0;
  #isPatient = true;

  constructor() {
    announcePlayback();
    // At its own rate; sound is resampled to it.
    this.context = new AudioContext({ latencyHint: 'interactive' });
    this.context.addEventListener('statechange', () => this.#changed());
  }

  get isRunning(): boolean {
    return this.context.state === 'running';
  }

  /** It does not run although somebody wants it to, be it `suspended` or `interrupted`. */
  get needsGesture(): boolean {
    return this.#userCount > 0 && !this.isRunning && !this.#isPatient;
  }

  /**
   * Loads what is still missing to make streams; to be called when the gateway answers. Those who use it are
   * told when that is there, and a while after it could not be loaded.
   */
  async load(): Promise<void> {
    if (this.isReady || this.#isLoading) return;
    this.#isLoading = true;
    this.#loadCount += 1;
    await this.#loadWorklets();
    this.#isLoading = false;
    this.isReady = this.#missing.size === 0 || !hasWorklets(this.context);
    clearTimeout(this.#loadAgainTimer);
    if (this.isReady) this.#changed();
    else this.#loadAgainTimer = setTimeout(() => this.#changed(), LOAD_AGAIN_MS);
  }

  /** Does not load by itself. */
  whenReady(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.#changes.add(() => {
        if (!this.isReady) return;
        end();
        resolve();
      });
    });
  }

  async #loadWorklets(): Promise<void> {
    if (!hasWorklets(this.context)) return;
    const loads = Array.from(this.#missing, async (url) => {
      // Under a new name each time, which the gateway does not see: browsers may remember that one failed.
      await this.context.audioWorklet.addModule(`${url}#${this.#loadCount}`);
      this.#missing.delete(url);
    });
    await Promise.allSettled(loads);
  }

  /** Somebody needs it to run, until the end. */
  use(listener: () => void): End {
    const end = this.#changes.add(listener);
    this.#userCount += 1;
    void this.resume();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      end();
      this.#userCount -= 1;
      if (this.#userCount === 0) this.#rest();
    };
  }

  /** Resolves when it runs, or when it turned out that it needs a gesture. */
  async resume(): Promise<void> {
    if (this.isRunning) return;
    this.#isPatient = true;
    this.#awaitGestures();
    const started = this.context.resume().catch(() => {});
    await Promise.race([started, pause(START_GRACE_MS)]);
    this.#isPatient = false;
    this.#changed();
  }

  readonly #tryAgain = (): void => {
    if (this.#userCount > 0) this.context.resume().catch(() => {});
  };

  #rest(): void {
    this.#forgetGestures();
    this.context.suspend().catch(() => {});
  }

  #forgetGestures(): void {
    for (const gesture of GESTURES) {
      document.removeEventListener(gesture, this.#tryAgain, { capture: true });
    }
  }

  #changed(): void {
    if (this.isRunning) this.#forgetGestures();
    else if (this.#userCount > 0) this.#awaitGestures();
    this.#changes.tell();
  }

  #awaitGestures(): void {
    for (const gesture of GESTURES) {
      document.addEventListener(gesture, this.#tryAgain, { capture: true, passive: true });
    }
  }
}

/** On phones: sound goes on when the screen locks, and is not silenced by the ringer's switch. */
function announcePlayback(): void {
  const { audioSession } = navigator as AudioSessionNavigator;
  if (audioSession) audioSession.type = 'playback';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

let shared: Output | undefined;

export function sharedOutput(): Output {
  shared ??= new Output();
  return shared;
}

/** For pages that make sound of their own, and for measuring. */
export function outputContext(): AudioContext {
  return sharedOutput().context;
}
