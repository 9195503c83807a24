// What a telephone says in each state: of its line, of this page's call, and of how that ended.
import type { Call, EndedCall, EndReason, Line, PhoneState } from '../model/phone-state.ts';
import { clockTime, countInWords } from './in-words.ts';
import { whyNotSentence } from './role-words.ts';
import type { Tone, Trouble } from './state-words.ts';

export interface PhoneWords {
  /** A word or two, in large letters. */
  readonly headline: string;
  /** What it means, and what can be done. */
  readonly detail: string;
}

const callWords: Readonly<Record<Exclude<Call['kind'], 'none'>, PhoneWords>> = {
  asking: { headline: 'Calling …', detail: 'Waiting for the gateway.' },
  calling: { headline: 'It rings …', detail: 'Waiting for a program to answer.' },
  ringing: { headline: 'Somebody calls', detail: 'Answer, and you can talk to each other.' },
  answering: { headline: 'Answering …', detail: 'Waiting for the gateway.' },
  up: { headline: 'Connected', detail: 'Each hears the other; keys are heard, too.' },
  ending: { headline: 'Hanging up …', detail: 'Waiting for the gateway.' },
};

const endWords: Readonly<Record<EndReason, PhoneWords>> = {
  hungUp: { headline: 'The call is over', detail: 'The other end has hung up.' },
  notAnswered: {
    headline: 'Nobody answered',
    detail: 'No program took the call. Try again later.',
  },
  busy: { headline: 'Busy', detail: 'Somebody has the line. Try again when it is free.' },
  gone: { headline: 'The call is over', detail: 'The other end went away.' },
  lost: {
    headline: 'The call is over',
    detail: 'The gateway went away, and calls do not outlive that. Call again when it is back.',
  },
  refused: { headline: 'No call', detail: 'The gateway did not do it.' },
};

function endedWords({ reason, isOwn, wasRinging, message }: EndedCall): PhoneWords {
  if (isOwn) {
    return wasRinging
      ? { headline: 'Refused', detail: 'You did not take the call.' }
      : { headline: 'The call is over', detail: 'You have hung up.' };
  }
  if (wasRinging && (reason === 'hungUp' || reason === 'notAnswered')) {
    return { headline: 'A missed call', detail: 'It rang here, and was not answered.' };
  }
  const words = endWords[reason];
  return reason === 'refused' && message !== '' ? { ...words, detail: message } : words;
}

const ready: PhoneWords = {
  headline: 'Ready',
  detail: 'Press Call, and programs hear this line ring.',
};

const away: PhoneWords = {
  headline: 'Away',
  detail: 'The line is back as soon as the gateway is.',
};

/**
 * What the display says of this page's call, or of the line where there is none. `whyNot`: why the page may not
 * call; undefined where it may.
 */
export function phoneWords({ call, line, typed }: PhoneState, whyNot?: string): PhoneWords {
  if (call.kind !== 'none') return callWords[call.kind];
  if (call.ended) return endedWords(call.ended);
  if (!line) return away;
  if (!isFree(line))
    return { headline: lineWords(line), detail: 'Whoever calls now finds it busy.' };
  if (whyNot !== undefined) {
    return { headline: 'No calls from here', detail: whyNotSentence(whyNot) };
  }
  return typed === ''
    ? ready
    : { headline: 'Ready', detail: 'Press Call; the digits are dialed when somebody answers.' };
}

function isFree({ use, isOffHook }: Line): boolean {
  return use === 'free' && !isOffHook;
}

/** The line itself, in the corner of the display. */
export function lineWords(line: Line | undefined): string {
  if (!line) return 'No line';
  if (line.use === 'ringing') return 'The line rings';
  return isFree(line) ? 'The line is free' : 'The line is in use';
}

export function lineTone(line: Line | undefined): Tone {
  if (!line) return 'bad';
  return isFree(line) ? 'good' : 'busy';
}

/** How long a call was, once it is over; empty where it never was up. */
export function callLength({ call }: PhoneState): string {
  if (call.kind !== 'none' || call.ended?.seconds === undefined) return '';
  return clockTime(call.ended.seconds);
}

/** What people who cannot see the display are told, each time that it changes. */
export function phoneAnnouncement(name: string, { call }: PhoneState): string {
  if (call.kind === 'none' && call.ended === undefined) return '';
  const { headline, detail } =
    call.kind === 'none' && call.ended ? endedWords(call.ended) : callWordsOf(call);
  return `Telephone ${name}: ${headline}. ${detail}`;
}

function callWordsOf(call: Call): PhoneWords {
  return call.kind === 'none' ? ready : callWords[call.kind];
}

/** Digits apart, so that a screen reader does not make a large number of them. */
export function spelled(digits: string): string {
  return Array.from(digits).join(' ');
}

export function numberWords({ number, wantsNumber, numberTrouble }: PhoneState): string {
  if (numberTrouble !== '') return numberTrouble;
  if (wantsNumber) return 'Asking the gateway …';
  if (number !== '') return `Programs that dial ${number} ring this page.`;
  return 'With a number, programs can call this page by dialing it.';
}

/** On the fold that holds the numbers. */
export function numberSummary({ number, numberTrouble }: PhoneState): string {
  if (number !== '') return `Numbers: this page is ${number}`;
  return numberTrouble === '' ? 'Numbers' : 'Numbers: this page has none';
}

/** While a call goes on without a microphone. */
export const LISTENS_ONLY = 'The call goes on: you hear the other end, and it does not hear you.';

export function newMessagesInWords(count: number): string {
  return count === 0 ? 'none new' : `${count} new`;
}

const LONG_AGO_DAYS = 6;
const DAY_MS = 86_400_000;

/** When a message came: today and yesterday by name, this week by its day, and otherwise by its date. */
export function whenInWords(receivedAt: string, now: Date, locale?: string): string {
  const then = new Date(receivedAt);
  const time = then.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  const dayCount = Math.round((startOfDay(now) - startOfDay(then)) / DAY_MS);
  if (dayCount === 0) return `Today, ${time}`;
  if (dayCount === 1) return `Yesterday, ${time}`;
  const day: Intl.DateTimeFormatOptions =
    dayCount > 0 && dayCount <= LONG_AGO_DAYS
      ? { weekday: 'long' }
      : { day: 'numeric', month: 'long', year: 'numeric' };
  return `${then.toLocaleDateString(locale, day)}, ${time}`;
}

function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

/** "5 seconds", "1 minute 12 seconds" */
export function lengthInWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [
    minutes > 0 && countInWords(minutes, 'minute'),
    rest > 0 && countInWords(rest, 'second'),
  ];
  return parts.filter(Boolean).join(' ');
}

export function messageNotDeleted(reason: string): Trouble {
  return {
    happened: 'The message could not be deleted.',
    means: reason,
    toDo: 'It is still there; try again when the gateway is live.',
  };
}

export const messageNotPlayed: Trouble = {
  happened: 'The message cannot be played.',
  means: 'Its file is gone or damaged, or the gateway is away.',
  toDo: 'Try again when the gateway is live.',
};
