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
import type { PhoneLine } from '#server/devices/face';
import type { LineEnd, ToneFrames, VirtualDevice, VirtualPhoneLine } from '#server/devices/index';
import { RelayError } from '#shared/relay/relay-error';
import type { CallEnd, LineMessage } from '#shared/relay/telephone';
import type { CallCounts, CallDirection, CallOutcome } from './call-counts.ts';
import { Directory } from './directory.ts';
import { LineEffects } from './line-effects.ts';
import type { ExchangePorts, Telephone } from './ports.ts';
import { type Call, type LineState, stateFacts } from './states.ts';

/** Longer than any number that somebody has; what is dialed beyond is not waited for. */
const MAX_DIALED_DIGITS = 32;
/** A flash that is longer ends a call, as hanging up does. */
const MAX_FLASH_IN_CALL_MS = 1_000;

type LogFields = Readonly<Record<string, string | number>>;

export interface ExchangeOptions extends ExchangePorts {
  readonly device: VirtualDevice;
  readonly line: VirtualPhoneLine;
  readonly counts: CallCounts;
  /** Telephones that call, are rung or talk, on whatever line: exchanges share it. */
  readonly inCall: Set<Telephone>;
  /** What `line`, or who may be heard, has changed. */
  changed(): void;
}

export class Exchange implements LineEnd {
  readonly device: VirtualDevice;
  readonly #options: ExchangeOptions;
  readonly #line: VirtualPhoneLine;
  readonly #directory = new Directory();
  readonly #effects: LineEffects;
  #state: LineState = { name: 'onHook' };
  #lastNumberDialed = '';
  #cancelTimer = () => {};

  constructor(options: ExchangeOptions) {
    const { device, line } = options;
    this.#options = options;
    this.device = device;
    this.#line = line;
    this.#effects = new LineEffects({
      ...options,
      digitHeard: (digit, isDown) => this.#digitHeard(digit, isDown),
    });
    line.connect(this);
  }

  get state(): LineState {
    return this.#state;
  }

  get line(): PhoneLine {
    return this.#line;
  }

  get directory(): Pick<Directory, 'entries'> {
    return this.#directory;
  }

  get lastNumberDialed(): string {
    return this.#lastNumberDialed;
  }

  nowMs(): number {
    return this.#options.clock.nowMs();
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

  // What telephones do.

  /** An empty number gives back the one it has. Throws a RelayError where another telephone has it. */
  takeNumber(telephone: Telephone, number: string): void {
    if (this.#directory.take(telephone, number)) this.#options.changed();
  }

  call(telephone: Telephone): void {
    if (this.#options.inCall.has(telephone)) {
      throw RelayError.refused('This page has a call already: hang up first.');
    }
    if (this.#state.name !== 'onHook') {
      this.#count('in', 'busy', { page: telephone.page });
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
    if (isDown) this.#effects.keys.press(digit);
    else this.#effects.keys.release(digit);
  }

  /** The telephone is no more: it gives back its number and ends its call. */
  vanish(telephone: Telephone): void {
    if (this.#isIn(telephone)) this.#leave('gone');
    this.takeNumber(telephone, '');
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
    this.#line.connect(undefined);
    this.#cancelTimer();
    this.#state = { name: 'onHook' };
    this.#effects.close();
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
    // Nobody hears pulses but an exchange that waits for a number.
    if (tone === undefined && this.#state.name === 'up') return;
    this.#effects.programDigits.request(digit, tone);
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
    if (number !== '') {
      this.#lastNumberDialed = number;
      this.#options.numberDialed(this.device, number);
    }
    const telephone = this.#directory.find(number);
    if (telephone === undefined) {
      this.#count('out', 'unknownNumber', { number });
      this.#become({ name: 'reorderTone' });
    } else if (this.#options.inCall.has(telephone)) {
      this.#count('out', 'busy', { number });
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
    this.#log('a call rings', { direction, page: telephone.page });
    return { telephone, direction, sinceMs: this.nowMs() };
  }

  #connect({ telephone, direction }: Call): void {
    this.#become({ name: 'up', call: { telephone, direction, sinceMs: this.nowMs() } });
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
    const seconds = Math.round((this.nowMs() - sinceMs) / 1_000);
    this.#count(direction, outcome, { page: telephone.page, seconds });
    if (this.#line.hasLoopCurrent) this.#line.loop(0);
    this.#tellEnd(telephone, end);
  }

  #count(direction: CallDirection, end: CallOutcome, fields: LogFields): void {
    this.#options.counts.add(direction, end);
    this.#log('a call ended', { direction, end, ...fields });
  }

  #tellCall(telephone: Telephone, state: 'calling' | 'ringing' | 'up'): void {
    telephone.callChanged(this.device, { state, sinceServerMs: this.nowMs() });
  }

  #tellEnd(telephone: Telephone, ended: CallEnd): void {
    telephone.callChanged(this.device, { state: 'none', ended, sinceServerMs: this.nowMs() });
  }

  // States.

  /** The one place where the state changes: what belongs to the last one ends, and the next one begins. */
  #become(next: LineState): void {
    const last = this.#state;
    const { limitMs } = stateFacts[next.name];
    this.#cancelTimer();
    this.#state = next;
    this.#effects.follow(last, next);
    const lastsMs = next.name === 'flashing' ? next.durationMs : limitMs;
    if (lastsMs !== undefined) {
      this.#cancelTimer = this.#options.timers.after(lastsMs, () => this.#timeIsOver());
    }
    this.#options.changed();
  }

  #timeIsOver(): void {
    const call = this.#call;
    const { next } = stateFacts[this.#state.name];
    if (this.#state.name === 'dialing') this.#numberComplete(this.#state.digits);
    else if (next !== undefined) this.#become({ name: next });
    if (call !== undefined) this.#endCall(call, 'notAnswered', 'notAnswered');
  }

  #log(event: string, fields: LogFields): void {
    this.#options.log.info(event, { device: this.device.name, ...fields });
  }
}
