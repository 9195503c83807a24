// What the telephone exchange knows of others: telephones, which pages are, and what it is given.
import type { Clock, Device, Timers } from '#server/devices/face';
import type { CallMessage } from '#shared/relay/telephone';

/** How a telephone's own call is. */
export type CallNow = Omit<CallMessage, 'type' | 'device'>;

/** Whoever can call a line and be called on it. Nothing throws, and nothing calls back into the exchange. */
export interface Telephone {
  /** For people. */
  readonly name: string;
  /** Its page's number in /api. */
  readonly page: number;
  callChanged(device: Device, call: CallNow): void;
  /** A key was heard from the program at the other end. */
  keyHeard(device: Device, digit: string, isDown: boolean): void;
}

export interface ExchangeLog {
  info(event: string, fields: Readonly<Record<string, string | number>>): void;
}

export interface ExchangePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: ExchangeLog;
  /** Told of each number once it is complete, whether anybody has it or not. */
  numberDialed(device: Device, number: string): void;
}
