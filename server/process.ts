// The process around a gateway: how its garbage is collected, what signals do to it, and how it ends.
import { constants } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { type Log, reasonOf } from './log.ts';

export interface SignalActions {
  /** SIGHUP; may throw, which is logged. */
  reload(): void;
  /** SIGTERM and SIGINT; the process exits with 0 when it has resolved. */
  close(): Promise<void>;
  /** How much of the time that `close` takes is for what still plays. */
  readonly drainMs: number;
}

/** After draining, everything must be closed within 2 s; whoever asked for it does not wait for stragglers. */
const CLOSE_LIMIT_MS = 1_900;

/**
 * A second signal ends the process at once. Ctrl-C under npm arrives twice, from the terminal and from
 * npm, so what comes this soon after the first is taken for the same one.
 */
const SAME_SIGNAL_MS = 400;

/** Of V8, in whose words young garbage is scavenged. */
export const SCAVENGE_ALONE_FLAG = '--no-parallel-scavenge';

/** From now on, no pause for young garbage waits for other threads (decision 0019). */
export function scavengeAlone(): void {
  setFlagsFromString(SCAVENGE_ALONE_FLAG);
}

export function obeySignals({ reload, close, drainMs }: SignalActions, log: Log): void {
  let closingSinceMs: number | undefined;

  async function end(signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
    const nowMs = performance.now();
    if (closingSinceMs !== undefined) {
      if (nowMs - closingSinceMs > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    closingSinceMs = nowMs;
    log.info('closing', { signal, drainMs });
    setTimeout(() => process.exit(0), drainMs + CLOSE_LIMIT_MS).unref();
    try {
      await close();
      process.exit(0);
    } catch (error) {
      log.error('closing failed', { reason: String(error) });
      process.exit(1);
    }
  }

  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => {
    try {
      reload();
      log.info('configuration and cookies were read again');
    } catch (error) {
      log.error('the configuration stays as it was', { reason: reasonOf(error) });
    }
  });
  // Whoever read what this process says may be gone; the gateway goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
