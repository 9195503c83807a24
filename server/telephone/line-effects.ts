// What goes on on a line in each of its states: it rings, tones sound, keys are heard, digits are listened for.
import type { Clock, Timers } from '#server/devices/face';
import type { VirtualDevice, VirtualPhoneLine } from '#server/devices/index';
import { KeyTones } from './key-tones.ts';
import { LineTone } from './line-tone.ts';
import { type DigitHeard, ProgramDigits } from './program-digits.ts';
import { Ringer } from './ringer.ts';
import { type LineState, stateFacts } from './states.ts';

export interface LineEffectsOptions {
  readonly device: VirtualDevice;
  readonly line: VirtualPhoneLine;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A digit of the programs at the near end. */
  readonly digitHeard: DigitHeard;
}

export class LineEffects {
  /** Keys of the telephone in the call. */
  readonly keys: KeyTones;
  readonly programDigits: ProgramDigits;
  readonly #line: VirtualPhoneLine;
  readonly #ringer: Ringer;
  readonly #progressTone: LineTone;
  readonly #keyTone: LineTone;

  constructor({ device, line, clock, timers, digitHeard }: LineEffectsOptions) {
    this.#line = line;
    this.#ringer = new Ringer(timers, line);
    this.#progressTone = new LineTone(device, timers);
    this.#keyTone = new LineTone(device, timers);
    this.keys = new KeyTones({ timers, clock, line, tone: this.#keyTone });
    this.programDigits = new ProgramDigits({ device, timers, heard: digitHeard });
  }

  follow(last: LineState, next: LineState): void {
    if (last.name === 'ringingIn') this.#ringer.stop();
    if (last.name === 'up') this.keys.stop();
    if (this.#line.isOffHook) this.programDigits.start();
    else this.programDigits.stop();
    const { tone } = stateFacts[next.name];
    if (tone !== undefined) this.#progressTone.play(tone);
    else this.#progressTone.stop();
    if (next.name === 'ringingIn') this.#ringer.start();
  }

  close(): void {
    this.#ringer.stop();
    this.keys.stop();
    this.#progressTone.close();
    this.#keyTone.close();
    this.programDigits.stop();
  }
}
