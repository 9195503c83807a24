// What is known of a telephone line and of this page's own call on it, and how that changes: with what the
// gateway says, and with what the person does.
import type { GatewayMessage } from '#shared/relay/control';
import type { RelayErrorCode } from '#shared/relay/relay-error';

const NUMBER_TAKEN: RelayErrorCode = 'numberTaken';

type Message<T extends GatewayMessage['type']> = Extract<GatewayMessage, { type: T }>;

export type Line = Omit<Message<'line'>, 'type' | 'device'>;

/** Why a call is over: the gateway's reasons, and two of the page's own. */
export type EndReason =
  | NonNullable<Message<'call'>['ended']>
  /** The page lost the gateway. */
  | 'lost'
  /** The gateway did not do it, and said why. */
  | 'refused';

export interface EndedCall {
  readonly reason: EndReason;
  /** This page hung up. */
  readonly isOwn: boolean;
  /** It rang here, and was not answered here. */
  readonly wasRinging: boolean;
  /** How long it was up; undefined where it never was. */
  readonly seconds: number | undefined;
  /** What the gateway said about it. */
  readonly message: string;
}

export type Call =
  /** With how the last one ended, if there was one. */
  | { readonly kind: 'none'; readonly ended: EndedCall | undefined }
  /** The page asked for a call, or for that which rings, and waits for the gateway. */
  | { readonly kind: 'asking' | 'answering' }
  /** The device rings. */
  | { readonly kind: 'calling' }
  /** This page's telephone rings. */
  | { readonly kind: 'ringing' }
  | { readonly kind: 'up'; readonly sinceServerMs: number }
  /** The page hung up, and waits for the gateway to say so. */
  | { readonly kind: 'ending'; readonly ended: EndedCall };

export interface PhoneState {
  /** Undefined until the gateway tells, and while it is away. */
  readonly line: Line | undefined;
  readonly call: Call;
  /** The number under which this page is rung; empty for none. */
  readonly number: string;
  /** Why it has not the number that it wanted; empty where it has. */
  readonly numberTrouble: string;
  /** It asked for a number and waits for the gateway. */
  readonly wantsNumber: boolean;
  /** Digits that are dialed as soon as the call is up. */
  readonly typed: string;
  /** Keys that this page pressed in the call, and those heard from the other end. */
  readonly sent: string;
  readonly heard: string;
  /** The key that is down at the other end; empty for none. */
  readonly heardDown: string;
}

export type PhoneEvent =
  | Message<'line' | 'call' | 'telephone' | 'key' | 'refused'>
  /** The gateway is away. */
  | { readonly type: 'away' }
  // What the person does:
  | { readonly type: 'calls' | 'answers' | 'hangsUp' | 'erases' | 'asksForNumber' }
  | { readonly type: 'presses'; readonly digit: string };

/** What is shown of keys, at most; what came first is forgotten first. */
const MAX_SHOWN_KEYS = 24;

export const firstPhoneState: PhoneState = {
  line: undefined,
  call: { kind: 'none', ended: undefined },
  number: '',
  numberTrouble: '',
  wantsNumber: false,
  ...{ typed: '', sent: '', heard: '', heardDown: '' },
};

/** `serverMs`: the gateway's clock when it happened. */
export function nextPhoneState(state: PhoneState, event: PhoneEvent, serverMs: number): PhoneState {
  switch (event.type) {
    case 'line': {
      const { type: _type, device: _device, ...line } = event;
      return { ...state, line };
    }
    case 'call':
      return called(state, event, serverMs);
    case 'telephone':
      return { ...state, number: event.number, numberTrouble: '', wantsNumber: false };
    case 'key':
      return heardKey(state, event);
    case 'refused':
      return refused(state, event, serverMs);
    case 'away':
      return away(state, serverMs);
    case 'calls':
      return canCall(state) ? { ...begun(state), call: { kind: 'asking' } } : state;
    case 'answers':
      return state.call.kind === 'ringing'
        ? { ...begun(state), typed: '', call: { kind: 'answering' } }
        : state;
    case 'hangsUp':
      return hungUp(state, serverMs);
    case 'erases':
      return { ...state, typed: state.typed.slice(0, -1) };
    case 'presses':
      return pressed(state, event.digit);
    case 'asksForNumber':
      return { ...state, wantsNumber: true, numberTrouble: '' };
  }
}

function called(state: PhoneState, message: Message<'call'>, serverMs: number): PhoneState {
  const { call } = state;
  if (message.state === 'none') return ended(state, message.ended, serverMs);
  // What the gateway said before it heard that this page has hung up.
  if (call.kind === 'ending') return state;
  if (message.state === 'up') {
    return { ...state, typed: '', call: { kind: 'up', sinceServerMs: message.sinceServerMs } };
  }
  // Who is called dials nothing, whatever was typed before.
  const typed = message.state === 'ringing' ? '' : state.typed;
  return { ...begun(state), typed, call: { kind: message.state } };
}

function ended(state: PhoneState, reason: EndReason | undefined, serverMs: number): PhoneState {
  const { call } = state;
  if (call.kind === 'none') return state;
  if (call.kind === 'ending') return over(state, call.ended);
  return over(state, endOf(call, reason ?? 'gone', serverMs));
}

/** It may be about anything that the page has asked of the gateway. */
function refused(
  state: PhoneState,
  { code, message }: Message<'refused'>,
  serverMs: number,
): PhoneState {
  const { call, wantsNumber } = state;
  const isOfNumber = code === NUMBER_TAKEN;
  if (isAsking(call) && !isOfNumber) {
    return over(state, { ...endOf(call, 'refused', serverMs), message });
  }
  return wantsNumber ? { ...state, wantsNumber: false, numberTrouble: message } : state;
}

function away(state: PhoneState, serverMs: number): PhoneState {
  const { call } = state;
  const next = call.kind === 'none' ? state : over(state, endOf(call, 'lost', serverMs));
  return { ...next, line: undefined, number: '', wantsNumber: false };
}

function hungUp(state: PhoneState, serverMs: number): PhoneState {
  const { call } = state;
  if (!isBusy(call)) return state;
  const ended = { ...endOf(call, 'hungUp', serverMs), isOwn: true };
  return { ...state, heardDown: '', call: { kind: 'ending', ended } };
}

function heardKey(state: PhoneState, { digit, isDown }: Message<'key'>): PhoneState {
  if (state.call.kind !== 'up') return state;
  if (!isDown) return { ...state, heardDown: '' };
  return { ...state, heardDown: digit, heard: withKey(state.heard, digit) };
}

function pressed(state: PhoneState, digit: string): PhoneState {
  const { call } = state;
  if (call.kind === 'up') return { ...state, sent: withKey(state.sent, digit) };
  const typed = withKey(state.typed, digit);
  // What is typed is for the next call, and the last one is forgotten.
  return call.kind === 'none'
    ? { ...state, typed, call: { kind: 'none', ended: undefined } }
    : { ...state, typed };
}

function withKey(keys: string, digit: string): string {
  return `${keys}${digit}`.slice(-MAX_SHOWN_KEYS);
}

/** Another call has no keys of the one before. */
function begun(state: PhoneState): PhoneState {
  return { ...state, sent: '', heard: '', heardDown: '' };
}

function over(state: PhoneState, ended: EndedCall): PhoneState {
  return { ...state, heardDown: '', call: { kind: 'none', ended } };
}

function endOf(call: Call, reason: EndReason, serverMs: number): EndedCall {
  const seconds =
    call.kind === 'up' ? Math.max(0, (serverMs - call.sinceServerMs) / 1_000) : undefined;
  const wasRinging = call.kind === 'ringing';
  return { reason, isOwn: false, wasRinging, seconds, message: '' };
}

/** The page waits for what the gateway makes of its wish. */
function isAsking({ kind }: Call): boolean {
  return kind === 'asking' || kind === 'answering';
}

/** There is something to hang up. */
export function isBusy({ kind }: Call): boolean {
  return kind !== 'none' && kind !== 'ending';
}

/** Others may have the line: whoever calls it then finds it busy, as with any telephone. */
export function canCall({ line, call }: PhoneState): boolean {
  return line !== undefined && call.kind === 'none';
}
