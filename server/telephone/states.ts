// The states of a line, and what each means: what is heard on it, how long it lasts, what others are told.
import { CALL_PROGRESS, type ToneSegment } from '#shared/audio/tone';
import type { LineStateName } from '#shared/relay/telephone';
import type { CallDirection } from './call-counts.ts';
import type { Telephone } from './ports.ts';

/** A call between a page's telephone and the programs of a line. */
export interface Call {
  readonly telephone: Telephone;
  readonly direction: CallDirection;
  readonly sinceMs: number;
}

export type LineState =
  | { readonly name: 'onHook' }
  | { readonly name: 'ringingIn'; readonly call: Call }
  | { readonly name: 'dialTone' }
  | { readonly name: 'dialing'; readonly digits: string }
  | { readonly name: 'ringingOut'; readonly call: Call }
  | { readonly name: 'up'; readonly call: Call }
  /** A fresh dial tone will follow: the hook was flashed. */
  | { readonly name: 'flashing'; readonly durationMs: number }
  | { readonly name: 'busyTone' }
  | { readonly name: 'reorderTone' }
  /** Off hook and given up. */
  | { readonly name: 'still' };

interface StateFacts {
  /** What the programs of the line hear of the exchange. */
  readonly tone?: readonly ToneSegment[];
  /** After so long it ends by itself, */
  readonly limitMs?: number;
  /** and this one follows. */
  readonly next?: 'onHook' | 'dialTone' | 'reorderTone' | 'still';
  readonly use: 'free' | 'ringing' | 'inUse';
}

export const stateFacts: Readonly<Record<LineStateName, StateFacts>> = {
  onHook: { use: 'free' },
  ringingIn: { use: 'ringing', limitMs: 60_000, next: 'onHook' },
  dialTone: { use: 'inUse', tone: CALL_PROGRESS.dial, limitMs: 30_000, next: 'reorderTone' },
  /** Until the next digit; then the number counts as complete. */
  dialing: { use: 'inUse', limitMs: 4_000 },
  ringingOut: { use: 'inUse', tone: CALL_PROGRESS.ringback, limitMs: 60_000, next: 'reorderTone' },
  up: { use: 'inUse' },
  flashing: { use: 'inUse', next: 'dialTone' },
  busyTone: { use: 'inUse', tone: CALL_PROGRESS.busy, limitMs: 30_000, next: 'still' },
  reorderTone: { use: 'inUse', tone: CALL_PROGRESS.reorder, limitMs: 30_000, next: 'still' },
  still: { use: 'inUse' },
};
