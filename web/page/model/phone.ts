// The telephone of a device: its line, this page's call on it with its sound and its keys, and the number under
// which the page is rung.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { DTMF_DIGITS } from '#shared/audio/dtmf';
import type { GatewayMessage } from '#shared/relay/control';
import { MAX_NUMBER_DIGITS } from '#shared/relay/telephone';
import type { PhoneTones, Relay } from '../../audio/face.ts';
import type { PhoneSignal } from '../../audio/phone-signals.ts';
import type { CallSound } from './call-sound.ts';
import {
  type Call,
  firstPhoneState,
  isBusy,
  nextPhoneState,
  type PhoneEvent,
  type PhoneState,
} from './phone-state.ts';
import type { Preferences } from './preferences.ts';

export interface PhonePorts {
  readonly device: number;
  readonly name: ReadonlySignal<string>;
  readonly relay: Relay;
  readonly preferences: Preferences;
  /** Why this page may not call; undefined where it may. */
  readonly whyNot: () => string | undefined;
  readonly sound: CallSound;
  readonly tones: PhoneTones;
  /** Of everything that the page makes sound with, from 0 to 1. */
  readonly amplitude: ReadonlySignal<number>;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export type PhoneMessage = Extract<GatewayMessage, { type: 'line' | 'call' | 'telephone' | 'key' }>;

export type Refusal = Extract<GatewayMessage, { type: 'refused' }>;

export interface PhoneModel {
  readonly state: ReadonlySignal<PhoneState>;
  readonly sound: CallSound;
  /** Why this page may not call, nor have a number; undefined where it may. */
  whyNot(): string | undefined;
  /** The keys that this page holds down. */
  readonly held: ReadonlySignal<ReadonlySet<string>>;
  /** The number that the person wants for this page, as it is remembered. */
  readonly wantedNumber: ReadonlySignal<string>;
  /** In a click or key handler. */
  call(): void;
  /** In a click or key handler. */
  answer(): void;
  /** Ends the call whatever its state, or refuses the one that rings. */
  hangUp(): void;
  keyDown(digit: string): void;
  keyUp(digit: string): void;
  /** Down, and up again soon. */
  tapKey(digit: string): void;
  allKeysUp(): void;
  /** Takes back the last digit that waits to be dialed. */
  erase(): void;
  /** Asks for the number; an empty one gives it back. */
  takeNumber(number: string): void;
  /** How long the call has been up. */
  seconds(): number;
  received(message: PhoneMessage): void;
  /** False where it was nothing that this telephone asked for. */
  refused(refusal: Refusal): boolean;
  /** The gateway went away. */
  away(): void;
  close(): void;
}

/** How long a key is down that is only tapped. */
const TAP_MS = 120;

export function createPhone(ports: PhonePorts): PhoneModel {
  const { device, name, relay, preferences, whyNot, sound, tones, amplitude } = ports;
  const { nowMs, after } = ports;
  const state = signal(firstPhoneState);
  const held = signal<ReadonlySet<string>>(new Set());
  const keyEnds = new Map<string, () => void>();
  const wantedNumber = computed(() => preferences.telephoneNumbers.value[name.value] ?? '');
  const sendKey = (digit: string, isDown: boolean) =>
    relay.send({ type: 'key', device, digit, isDown });
  const endVolume = effect(() => {
    tones.volume = amplitude.value;
  });

  function serverMs(): number {
    return relay.serverMsAt(nowMs()) ?? nowMs();
  }

  function happens(event: PhoneEvent): void {
    const before = state.value;
    state.value = nextPhoneState(before, event, serverMs());
    changed(before, state.value);
  }

  function changed(before: PhoneState, { call }: PhoneState): void {
    if (before.call === call) return;
    const [hadSound, hasSound] = [needsSound(before.call), needsSound(call)];
    // The gateway may say that a call is up for which this page has not asked.
    if (hasSound && !hadSound) sound.open();
    if (hadSound && !hasSound) sound.close();
    if (call.kind === 'up' && before.call.kind !== 'up') {
      sound.connect();
      dial(before.typed);
    }
    tones.signal(signalOf(call));
  }

  /** The gateway sounds each for long enough, and one after the other. */
  function dial(digits: string): void {
    for (const digit of digits) {
      happens({ type: 'presses', digit });
      sendKey(digit, true);
      sendKey(digit, false);
    }
  }

  function askForNumber(): void {
    happens({ type: 'asksForNumber' });
    relay.send({ type: 'telephone', device, number: wantedNumber.peek() });
  }

  const phone: PhoneModel = {
    state,
    sound,
    whyNot,
    held,
    wantedNumber,
    call() {
      if (whyNot() !== undefined) return;
      happens({ type: 'calls' });
      if (state.value.call.kind === 'asking') relay.send({ type: 'call', device });
    },
    answer() {
      happens({ type: 'answers' });
      if (state.value.call.kind === 'answering') relay.send({ type: 'answer', device });
    },
    hangUp() {
      if (!isBusy(state.value.call)) return;
      happens({ type: 'hangsUp' });
      relay.send({ type: 'hangUp', device });
    },
    keyDown(digit) {
      if (!DTMF_DIGITS.includes(digit) || keyEnds.has(digit)) return;
      keyEnds.set(digit, tones.key(digit));
      held.value = new Set(keyEnds.keys());
      happens({ type: 'presses', digit });
      if (state.value.call.kind === 'up') sendKey(digit, true);
    },
    keyUp(digit) {
      const endTone = keyEnds.get(digit);
      if (!endTone) return;
      endTone();
      keyEnds.delete(digit);
      held.value = new Set(keyEnds.keys());
      if (state.value.call.kind === 'up') sendKey(digit, false);
    },
    tapKey(digit) {
      phone.keyDown(digit);
      after(TAP_MS, () => phone.keyUp(digit));
    },
    allKeysUp() {
      for (const digit of [...keyEnds.keys()]) phone.keyUp(digit);
    },
    erase: () => happens({ type: 'erases' }),
    takeNumber(number) {
      if (whyNot() !== undefined) return;
      const { [name.value]: _before, ...others } = preferences.telephoneNumbers.value;
      const digits = number.replace(/\D/g, '').slice(0, MAX_NUMBER_DIGITS);
      preferences.telephoneNumbers.value =
        digits === '' ? others : { ...others, [name.value]: digits };
      askForNumber();
    },
    seconds() {
      const { call } = state.value;
      return call.kind === 'up' ? Math.max(0, (serverMs() - call.sinceServerMs) / 1_000) : 0;
    },
    received(message) {
      const isFirst = state.value.line === undefined;
      happens(message);
      // The gateway has come, perhaps again: it knows nothing of the number yet.
      if (message.type !== 'line' || !isFirst || whyNot() !== undefined) return;
      if (wantedNumber.peek() !== '') askForNumber();
    },
    refused(refusal) {
      const before = state.value;
      happens(refusal);
      return state.value !== before;
    },
    away: () => happens({ type: 'away' }),
    close() {
      phone.allKeysUp();
      phone.hangUp();
      happens({ type: 'away' });
      tones.signal(undefined);
      endVolume();
    },
  };
  return phone;
}

function needsSound({ kind }: Call): boolean {
  return kind === 'asking' || kind === 'calling' || kind === 'answering' || kind === 'up';
}

function signalOf(call: Call): PhoneSignal | undefined {
  if (call.kind === 'ringing') return 'ring';
  if (call.kind === 'calling') return 'ringback';
  if (call.kind !== 'none' || !call.ended) return undefined;
  const { reason, isOwn, wasRinging, seconds } = call.ended;
  if (isOwn || wasRinging) return undefined;
  if (reason === 'busy' || reason === 'refused') return 'busy';
  if (reason === 'notAnswered') return 'notAnswered';
  return seconds === undefined ? undefined : 'ended';
}
