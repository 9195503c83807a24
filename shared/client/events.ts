// Events as async iterators. Each subscription has a queue of its own, with a bound and a named policy for
// what happens at the bound.
import { type AudioEvent, type EventName, eventMask } from '#shared/protocol/events';
import type { DeviceIndex } from '#shared/protocol/ids';
import type { StopSignal } from './stop-signal.ts';

export interface EventOptions {
  /** Ends the iteration with the signal's reason. */
  readonly signal?: StopSignal | undefined;
  /** How many events may wait unread. */
  readonly queueLimit?: number | undefined;
  /** What happens to one more: the iteration fails, or the event that waited longest is forgotten. */
  readonly whenFull?: 'fail' | 'dropOldest' | undefined;
}

/** Which events a subscription wants; undefined is all. */
export interface EventFilter {
  readonly names?: readonly EventName[] | undefined;
  readonly device?: DeviceIndex | undefined;
}

const DEFAULT_QUEUE_LIMIT = 1_024;

interface Waiter {
  resolve(result: IteratorResult<AudioEvent, undefined>): void;
  reject(error: unknown): void;
}

/** The events of one subscription, from its creation on. Leaving the loop ends it. */
export class EventSubscription implements AsyncIterableIterator<AudioEvent, undefined> {
  /** Events forgotten because nobody read them in time. */
  droppedCount = 0;
  readonly filter: EventFilter;
  readonly #queueLimit: number;
  readonly #whenFull: 'fail' | 'dropOldest';
  readonly #signal: StopSignal | undefined;
  readonly #onEnd: (subscription: EventSubscription) => void;
  #queue: AudioEvent[] = [];
  #waiters: Waiter[] = [];
  #end: { readonly error: unknown } | 'plain' | undefined;

  constructor(
    filter: EventFilter,
    options: EventOptions,
    onEnd: (subscription: EventSubscription) => void,
  ) {
    this.filter = filter;
    this.#queueLimit = options.queueLimit ?? DEFAULT_QUEUE_LIMIT;
    this.#whenFull = options.whenFull ?? 'fail';
    this.#onEnd = onEnd;
    this.#signal = options.signal;
    if (this.#signal?.aborted) this.#stop();
    else this.#signal?.addEventListener('abort', this.#stop);
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  wants(event: AudioEvent): boolean {
    const { names, device } = this.filter;
    return (
      (names === undefined || names.includes(event.event)) &&
      (device === undefined || device === event.device)
    );
  }

  push(event: AudioEvent): void {
    if (this.#end !== undefined) return;
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve({ done: false, value: event });
      return;
    }
    if (this.#queue.length >= this.#queueLimit && !this.#makeRoom()) return;
    this.#queue.push(event);
  }

  /** Events that wait are still read; then the iteration ends, or fails with the error. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? 'plain' : { error };
    this.#signal?.removeEventListener('abort', this.#stop);
    for (const waiter of this.#waiters.splice(0)) this.#settle(waiter, this.#end);
    this.#onEnd(this);
  }

  next(): Promise<IteratorResult<AudioEvent, undefined>> {
    const event = this.#queue.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    const end = this.#end;
    return new Promise((resolve, reject) => {
      if (end === undefined) this.#waiters.push({ resolve, reject });
      else this.#settle({ resolve, reject }, end);
    });
  }

  return(): Promise<IteratorResult<AudioEvent, undefined>> {
    this.#queue = [];
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #stop = (): void => {
    this.#queue = [];
    this.end(this.#signal?.reason);
  };

  #makeRoom(): boolean {
    if (this.#whenFull === 'dropOldest') {
      this.#queue.shift();
      this.droppedCount += 1;
      return true;
    }
    this.end(
      new RangeError(
        `${this.#queueLimit} events waited unread, so the next one did not fit. Read them faster, raise queueLimit, or set whenFull to 'dropOldest'.`,
      ),
    );
    return false;
  }

  /** An error is told once; whoever reads on finds a plain end. */
  #settle(waiter: Waiter, end: { readonly error: unknown } | 'plain'): void {
    if (end === 'plain') {
      waiter.resolve({ done: true, value: undefined });
      return;
    }
    this.#end = 'plain';
    waiter.reject(end.error);
  }
}

/** All subscriptions of a connection. */
export class EventHub {
  readonly #subscriptions = new Set<EventSubscription>();
  #end: { readonly error: unknown } | undefined;

  /** `onEnd` is called when the subscription ends by itself, not when the connection ends it. */
  subscribe(filter: EventFilter, options: EventOptions, onEnd = (): void => {}): EventSubscription {
    const subscription = new EventSubscription(filter, options, (ended) => {
      const wasListening = this.#subscriptions.delete(ended);
      if (wasListening && !this.#end) onEnd();
    });
    if (this.#end) subscription.end(this.#end.error);
    if (!subscription.hasEnded) this.#subscriptions.add(subscription);
    return subscription;
  }

  publish(event: AudioEvent): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.wants(event)) subscription.push(event);
    }
  }

  /** The bits of SelectEvents that the subscriptions of a device add up to. */
  wantedMask(device: DeviceIndex): number {
    let mask = 0;
    for (const { filter } of this.#subscriptions) {
      if (filter.device === device && filter.names) mask |= eventMask(...filter.names);
    }
    return mask;
  }

  /** Ends all subscriptions, now and later; undefined is a plain end. */
  end(error: unknown): void {
    this.#end = { error };
    for (const subscription of this.#subscriptions) subscription.end(error);
  }
}
