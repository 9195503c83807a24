// The telephone line of a device, through any context on it. BadDevice where there is none.
import type { ContextId } from '#shared/protocol/ids';
import type { Calls } from './calls.ts';

export interface PhoneState {
  readonly isOffHook: boolean;
  /** Whether current flows in the line's loop. */
  readonly hasLoopCurrent: boolean;
}

export class PhoneLine {
  readonly #calls: Calls;
  readonly #context: ContextId;

  constructor(calls: Calls, context: ContextId) {
    this.#calls = calls;
    this.#context = context;
  }

  async state(): Promise<PhoneState> {
    const reply = await this.#calls.ask('QueryPhone', { context: this.#context });
    return { isOffHook: reply.hookState !== 0, hasLoopCurrent: reply.loopCurrent !== 0 };
  }

  pickUp(): Promise<void> {
    return this.#calls.tell('HookSwitch', { context: this.#context, state: 1 });
  }

  hangUp(): Promise<void> {
    return this.#calls.tell('HookSwitch', { context: this.#context, state: 0 });
  }

  /** Goes on hook for that long, up to 3,000 ms; does nothing when on hook or when it is longer. */
  flash(durationMs: number): Promise<void> {
    return this.#calls.tell('FlashHook', { context: this.#context, durationMs });
  }

  /**
   * Dials, off hook first if need be. Digits, * # A-D are dialed; T and P choose tones or pulses, ! pauses,
   * ^ flashes the hook; W and X do nothing; anything else ends the number.
   */
  dial(number: string): Promise<void> {
    // The original reads up to a NUL byte, and the padding has none after four characters (original.md 11).
    const terminated = number.length % 4 === 0 ? `${number}\0` : number;
    return this.#calls.tell('DialPhone', { context: this.#context, number: terminated });
  }
}
