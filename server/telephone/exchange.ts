// The exchange at the far end of one device's line: it rings the line for pages that call, and finds the page whose
// number a program dials.
//
//   onHook ──a page calls──▶ ringingIn ──off hook──▶ up ◀──answers── ringingOut
//     │                                                                  ▲
//     └──off hook──▶ dialTone ──digit──▶ dialing ──number complete───────┘
//
//   up ──page hangs up──▶ busyTone           dialTone, busyTone, reorderTone ──30 s──▶ still
//   dialing ──no such number──▶ reorderTone  everywhere ──on hook──▶ onHook
//   ringingOut ──refused──▶ busyTone         off hook ──flash──▶ flashing ──▶ dialTone
//
// docs/telephone.md has the whole of it. Nothing here waits: what takes time goes on by timers.
import type { LineEnd, ToneFrames, VirtualDevice, VirtualPhoneLine } from '#server/devices/index';
import { RelayError } from '#shared/relay/relay-error';
import type { CallEnd, LineMessage } from '#shared/relay/telephone';
import type { CallCounts, CallOutcome } from './call-counts.ts';
import { Directory } from './directory.ts';
import { KeyTones } from './key-tones.ts';
import { LineTone } from './line-tone.ts';
import type { ExchangePorts, Telephone } from './ports.ts';
import { ProgramDigits } from './program-digits.ts';
import { Ringer } from './ringer.ts';
import { type Call, type LineState, type StateName, stateFacts } from './states.ts';

/** Longer than any number that somebody has; what is dialed beyond is not waited for. */
const MAX_DIALED_DIGITS = 32;
/** A flash that is longer ends a call, as hanging up does. */
const MAX_FLASH_IN_CALL_MS = 1_000;

export interface ExchangeOptions extends ExchangePorts {
  readonly device: VirtualDevice;
  readonly line: VirtualPhoneLine;
  readonly counts: CallCounts;
  /** Telephones that call, are rung or talk, on whatever line; all exchanges share it. */
  readonly inCall: Set<Telephone>;
  /** What `line`, or who may be heard, has changed. */
  changed(): void;
}

export class Exchange implements LineEnd {
  readonly device: VirtualDevice;
  readonly #options: ExchangeOptions;
  readonly #line: VirtualPhoneLine;
  readonly #directory = new Directory();
  readonly #ringer: Ringer;
  readonly #tone: LineTone;
  readonly #keyTone: LineTone;
  readonly #keys: KeyTones;
  readonly #programDigits: ProgramDigits;
  #state: LineState = { name: 'onHook' };
  #lastNumberDialed = '';
  #cancelTimer = () => {};

  constructor(options: ExchangeOptions) {
    const { device, line, timers, clock } = options;
    this.#options = options;
    this.device = device;
    this.#line = line;
    this.#ringer = new Ringer(timers, line);
    this.#tone = new LineTone(device, timers);
    this.#keyTone = new LineTone(device, timers);
    this.#keys = new KeyTones({ timers, clock, line, tone: this.#keyTone });
    this.#programDigits = new ProgramDigits({
      device,
      timers,
      heard: (digit, isDown) => this.#digitHeard(digit, isDown),
    });
    line.connect(this);
  }

  get state(): LineState {
    return this.#state;
  }

  /** What pages are told of the line. */
  get status(): Omit<LineMessage, 'type' | 'device'> {
    return {
      isOffHook: this.#line.isOffHook,
      use: stateFacts[this.#state.name].use,
      telephones: this.#directory
        .entries()
        .map(({ number, telephone }) => ({ number, pageName: telephone.name })),
      lastNumberDialed: this.#lastNumberDialed,
    };
  }

  get directory(): Pick<Directory, 'entries' | 'numberOf'> {
    return this.#directory;
  }

  // What telephones do.

  /** An empty number gives back the one it has. Throws a RelayError where another telephone has it. */
  takeNumber(telephone: Telephone, number: string): void {
    this.#directory.take(telephone, number);
    this.#options.changed();
  }

  call(telephone: Telephone): void {
    const { inCall, counts } = this.#options;
    if (inCall.has(telephone)) throw RelayError.refused('This page is in a call: hang up first.');
    if (this.#state.name !== 'onHook') {
      counts.add('in', 'busy');
      this.#tellEnd(telephone, 'busy');
      return;
    }
    this.#become({ name: 'ringingIn', call: this.#newCall(telephone, 'in') });
    this.#tellCall(telephone, 'calling');
  }

  answer(telephone: Telephone): void {
    if (this.#state.name !== 'ringingOut' || !this.#isIn(telephone)) return;
    this.#connect(this.#state.call);
  }

  /** Gives its call up, whatever its state. */
  hangUp(telephone: Telephone): void {
    if (!this.#isIn(telephone)) return;
    this.#leave(this.#state.name === 'ringingOut' ? 'refused' : 'hungUp');
  }

  key(telephone: Telephone, digit: string, isDown: boolean): void {
    if (this.#state.name !== 'up' || !this.#isIn(telephone)) return;
    if (isDown) this.#keys.press(digit);
    else this.#keys.release(digit);
  }

  /** The telephone is no more: it gives back its number and ends its call. */
  vanish(telephone: Telephone): void {
    if (this.#isIn(telephone)) this.#leave('gone');
    if (this.#directory.numberOf(telephone) !== '') this.takeNumber(telephone, '');
  }

  /**
   * Whether what its page says on the device may be heard. On hook the device is one like any other, except for
   * who calls; off hook it is the line, on which only the telephone of the call is heard.
   */
  mayBeHeard(telephone: Telephone): boolean {
    if (this.#state.name === 'onHook') return true;
    if (this.#state.name === 'ringingIn') return !this.#isIn(telephone);
    return this.#state.name === 'up' && this.#isIn(telephone);
  }

  /** The device is gone, or the gateway ends. */
  close(): void {
    const call = this.#call;
    this.#cancelTimer();
    this.#state = { name: 'onHook' };
    this.#ringer.stop();
    this.#keys.stop();
    this.#tone.close();
    this.#keyTone.close();
    this.#programDigits.stop();
    if (call !== undefined) this.#endCall(call, 'gone', 'gone');
  }

  // What programs do.

  hookChanged(isOffHook: boolean): void {
    if (!isOffHook) this.#programHungUp();
    else if (this.#state.name === 'ringingIn') this.#connect(this.#state.call);
    else this.#become({ name: 'dialTone' });
  }

  flashed(durationMs: number): void {
    if (durationMs === 0) return;
    const call = this.#call;
    if (this.#state.name === 'up' && durationMs <= MAX_FLASH_IN_CALL_MS) return;
    this.#become({ name: 'flashing', durationMs });
    if (call !== undefined) this.#endCall(call, 'hungUp', 'hungUp');
  }

  dialed(digit: string, tone: ToneFrames | undefined): void {
    this.#programDigits.request(digit, tone);
  }

  #programHungUp(): void {
    const call = this.#call;
    const end = this.device.isRemoved ? 'gone' : 'hungUp';
    this.#become({ name: 'onHook' });
    if (call !== undefined) this.#endCall(call, end, end);
  }

  #digitHeard(digit: string, isDown: boolean): void {
    if (this.#state.name === 'up') {
      this.#state.call.telephone.keyHeard(this.device, digit, isDown);
    } else if (!isDown) return;
    else if (this.#state.name === 'dialTone') this.#collect('', digit);
    else if (this.#state.name === 'dialing') this.#collect(this.#state.digits, digit);
  }

  #collect(before: string, digit: string): void {
    if (digit === '#') {
      this.#numberComplete(before);
      return;
    }
    const digits = before + digit;
    const isKnown = this.#directory.find(digits) !== undefined;
    const isWhole = isKnown && !this.#directory.hasLonger(digits);
    if (isWhole || digits.length >= MAX_DIALED_DIGITS) this.#numberComplete(digits);
    else this.#become({ name: 'dialing', digits });
  }

  #numberComplete(number: string): void {
    const { inCall, counts } = this.#options;
    if (number !== '') {
      this.#lastNumberDialed = number;
      this.#options.numberDialed(this.device, number);
    }
    const telephone = this.#directory.find(number);
    if (telephone === undefined) {
      counts.add('out', 'unknownNumber');
      this.#log('an unknown number was dialed', { number });
      this.#become({ name: 'reorderTone' });
    } else if (inCall.has(telephone)) {
      counts.add('out', 'busy');
      this.#become({ name: 'busyTone' });
    } else {
      this.#become({ name: 'ringingOut', call: this.#newCall(telephone, 'out') });
      this.#tellCall(telephone, 'ringing');
    }
  }

  // Calls.

  get #call(): Call | undefined {
    return 'call' in this.#state ? this.#state.call : undefined;
  }

  #isIn(telephone: Telephone): boolean {
    return this.#call?.telephone === telephone;
  }

  #newCall(telephone: Telephone, direction: Call['direction']): Call {
    this.#options.inCall.add(telephone);
    return { telephone, direction, sinceMs: this.#nowMs() };
  }

  #connect({ telephone, direction }: Call): void {
    this.#become({ name: 'up', call: { telephone, direction, sinceMs: this.#nowMs() } });
    this.#line.loop(1);
    this.#log('a call is up', { direction, page: telephone.page });
    this.#tellCall(telephone, 'up');
  }

  /** Its telephone leaves the call; programs hear of it. */
  #leave(outcome: CallOutcome): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#become({ name: this.#line.isOffHook ? 'busyTone' : 'onHook' });
    this.#endCall(call, 'hungUp', outcome);
  }

  /** To be called when the line's state is another already. */
  #endCall(call: Call, end: CallEnd, outcome: CallOutcome): void {
    const { telephone, direction, sinceMs } = call;
    this.#options.inCall.delete(telephone);
    this.#options.counts.add(direction, outcome);
    const seconds = Math.round((this.#nowMs() - sinceMs) / 1_000);
    this.#log('a call ended', { direction, page: telephone.page, end: outcome, seconds });
    if (this.#line.hasLoopCurrent) this.#line.loop(0);
    this.#tellEnd(telephone, end);
  }

  #tellCall(telephone: Telephone, state: 'calling' | 'ringing' | 'up'): void {
    telephone.callChanged(this.device, { state, sinceServerMs: this.#nowMs() });
  }

  #tellEnd(telephone: Telephone, ended: CallEnd): void {
    telephone.callChanged(this.device, { state: 'none', ended, sinceServerMs: this.#nowMs() });
  }

  // States.

  /** The one place where the state changes: what belongs to the last one ends, and the next one begins. */
  #become(next: LineState): void {
    const { timers } = this.#options;
    const last = this.#state;
    const { tone, limitMs } = stateFacts[next.name];
    this.#cancelTimer();
    this.#state = next;
    if (last.name === 'ringingIn') this.#ringer.stop();
    if (last.name === 'up') this.#keys.stop();
    if (next.name === 'onHook') this.#programDigits.stop();
    else if (this.#line.isOffHook) this.#programDigits.start();
    if (tone !== undefined) this.#tone.play(tone);
    else this.#tone.stop();
    const lastsMs = next.name === 'flashing' ? next.durationMs : limitMs;
    if (lastsMs !== undefined) this.#cancelTimer = timers.after(lastsMs, () => this.#timeIsOver());
    if (next.name === 'ringingIn') this.#ringer.start();
    this.#options.changed();
  }

  #timeIsOver(): void {
    const state = this.#state;
    if (state.name === 'dialing') this.#numberComplete(state.digits);
    else if (state.name in AFTER) {
      this.#become({ name: AFTER[state.name as keyof typeof AFTER] });
      if ('call' in state) this.#endCall(state.call, 'notAnswered', 'notAnswered');
    }
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  #log(event: string, fields: Readonly<Record<string, string | number>>): void {
    this.#options.log.info(event, { device: this.device.name, ...fields });
  }
}

/** Which state follows when one has lasted as long as it may. */
const AFTER = {
  ringingIn: 'onHook',
  ringingOut: 'reorderTone',
  flashing: 'dialTone',
  dialTone: 'reorderTone',
  busyTone: 'still',
  reorderTone: 'still',
} as const satisfies Partial<Record<StateName, StateName>>;
