// Is loaded into each server of the relay's benchmark before its own code, and tells whoever started it what
// the process has used, and how late its event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { machineClock } from './relay-clock.ts';

export type Question = 'use' | 'watchLoop' | 'loopDelay';

export interface Use {
  /** Of all threads, in user and kernel mode, since the start. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** This process's own clock is so much behind the one that all processes share. */
  readonly clockBehindMs: number;
}

export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Coarser ones hide short delays, finer ones wake the process so often that they change what they measure. */
const RESOLUTION_MS = 5;
const NANOSECONDS_PER_MS = 1e6;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

const answers: Record<Question, () => Use | LoopDelay | undefined> = {
  use() {
    const { user, system } = process.cpuUsage();
    return {
      cpuMs: (user + system) / 1_000,
      residentBytes: process.memoryUsage.rss(),
      clockBehindMs: machineClock.nowMs() - performance.now(),
    };
  },

  /** From now on; not while CPU is measured. */
  watchLoop() {
    delay.reset();
    delay.enable();
    return undefined;
  },

  loopDelay() {
    delay.disable();
    const at = (percent: number) => delay.percentile(percent) / NANOSECONDS_PER_MS - RESOLUTION_MS;
    return { p50Ms: at(50), p99Ms: at(99) };
  },
};

process.on('message', (question: Question) => {
  // Others ask this process, too.
  if (question in answers) process.send?.(answers[question]() ?? 'done');
});
// Being asked must not keep the process alive.
process.channel?.unref();
