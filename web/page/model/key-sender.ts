// Sends the keys of a telephone one after another: each is down for long enough to be recognized, with a gap
// after it, however quickly they are typed.

export interface KeySenderPorts {
  readonly send: (digit: string, isDown: boolean) => void;
  readonly nowMs: () => number;
  /** Calls back once; what it returns prevents that. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export interface KeySender {
  press(digit: string): void;
  release(digit: string): void;
  /** Lets go of what is down, and forgets what waits. */
  clear(): void;
}

/** Twice what a detector needs at least (ITU-T Q.24: 40 ms), because it is packed into frames of 20 ms. */
const MIN_KEY_MS = 80;
const GAP_MS = 60;

interface Key {
  readonly digit: string;
  isReleased: boolean;
}

export function createKeySender({ send, nowMs, after }: KeySenderPorts): KeySender {
  /** The first is the one that is down, if any is. */
  let keys: Key[] = [];
  let phase: 'idle' | 'down' | 'gap' = 'idle';
  let downSinceMs = 0;
  let cancelTimer = () => {};

  function goOn(): void {
    const [key] = keys;
    phase = key ? 'down' : 'idle';
    if (!key) return;
    downSinceMs = nowMs();
    send(key.digit, true);
    if (key.isReleased) endInTime();
  }

  function endInTime(): void {
    const restMs = downSinceMs + MIN_KEY_MS - nowMs();
    cancelTimer();
    if (restMs > 0) cancelTimer = after(restMs, end);
    else end();
  }

  function end(): void {
    const key = keys.shift();
    if (key) send(key.digit, false);
    phase = 'gap';
    cancelTimer = after(GAP_MS, goOn);
  }

  return {
    press(digit) {
      // A telephone has one key down at a time.
      for (const key of keys) key.isReleased = true;
      keys.push({ digit, isReleased: false });
      if (phase === 'idle') goOn();
      else if (phase === 'down') endInTime();
    },
    release(digit) {
      const key = keys.find((each) => each.digit === digit && !each.isReleased);
      if (!key) return;
      key.isReleased = true;
      if (phase === 'down' && key === keys[0]) endInTime();
    },
    clear() {
      cancelTimer();
      const [key] = keys;
      if (phase === 'down' && key) send(key.digit, false);
      keys = [];
      phase = 'idle';
    },
  };
}
