// What the telephone says.
import { describe, expect, it } from 'vitest';
import {
  type EndedCall,
  firstPhoneState,
  type Line,
  type PhoneState,
} from '#web/page/model/phone-state';
import {
  callLength,
  lengthInWords,
  lineTone,
  lineWords,
  numberSummary,
  numberWords,
  phoneAnnouncement,
  phoneWords,
  whenInWords,
} from '#web/page/words/phone-words';
import { shortcutOf } from '#web/page/words/shortcuts';

const line: Line = { isOffHook: false, use: 'free', telephones: [], lastNumberDialed: '' };
const free: PhoneState = { ...firstPhoneState, line };

function ended(end: Partial<EndedCall>): PhoneState {
  const usual = { reason: 'hungUp', isOwn: false, wasRinging: false, seconds: 83 } as const;
  return { ...free, call: { kind: 'none', ended: { ...usual, message: '', ...end } } };
}

describe('the display', () => {
  it('tells a free line from one that is in use, and from none', () => {
    expect(phoneWords(free).headline).toBe('Ready');
    const inUse: PhoneState = { ...free, line: { ...line, use: 'inUse' } };
    expect(phoneWords(inUse).detail).toContain('busy');
    expect(phoneWords(firstPhoneState).headline).toBe('Away');
    expect([line, { ...line, isOffHook: true }, undefined].map(lineTone)).toEqual([
      ...['good', 'busy', 'bad'],
    ]);
    expect(lineWords({ ...line, use: 'ringing' })).toBe('The line rings');
  });

  it('says what happens to digits that are typed', () => {
    expect(phoneWords({ ...free, typed: '42' }).detail).toContain('dialed when somebody answers');
  });

  it.each([
    [{}, 'The call is over', 'The other end has hung up.'],
    [{ isOwn: true }, 'The call is over', 'You have hung up.'],
    [{ reason: 'busy' }, 'Busy', 'Try again'],
    [{ reason: 'notAnswered' }, 'Nobody answered', 'No program'],
    [{ reason: 'lost' }, 'The call is over', 'The gateway went away'],
    [{ reason: 'refused', message: 'Hang up first.' }, 'No call', 'Hang up first.'],
    [{ wasRinging: true, seconds: undefined }, 'A missed call', 'It rang here'],
    [{ wasRinging: true, isOwn: true }, 'Refused', 'You did not'],
  ] as const)('tells why a call is over: %o', (end, headline, detail) => {
    const words = phoneWords(ended(end));
    expect(words.headline).toBe(headline);
    expect(words.detail).toContain(detail);
  });

  it('keeps how long a call was', () => {
    expect(callLength(ended({}))).toBe('1:23');
    expect(callLength(ended({ seconds: undefined }))).toBe('');
    expect(callLength(free)).toBe('');
  });

  it('is told to those who do not see it, except before the first call', () => {
    expect(phoneAnnouncement('phone', free)).toBe('');
    const up: PhoneState = { ...free, call: { kind: 'up', sinceServerMs: 0 } };
    expect(phoneAnnouncement('phone', up)).toMatch(/^Telephone phone: Connected\. /);
    expect(phoneAnnouncement('phone', ended({}))).toContain('The other end has hung up.');
  });
});

describe('the number of the page', () => {
  it('is said with what it is good for, and why it is not had', () => {
    expect(numberWords({ ...free, number: '23' })).toBe('Programs that dial 23 ring this page.');
    expect(numberWords({ ...free, wantsNumber: true })).toContain('Asking');
    expect(numberWords({ ...free, numberTrouble: 'It is another’s.' })).toBe('It is another’s.');
    expect(numberSummary({ ...free, number: '23' })).toBe('Numbers: this page is 23');
    expect(numberSummary({ ...free, numberTrouble: 'No.' })).toBe('Numbers: this page has none');
    expect(numberSummary(free)).toBe('Numbers');
  });
});

describe('a message', () => {
  const now = new Date(2026, 10, 20, 14, 30);
  const when = (...date: [number, number, number, number, number]) =>
    whenInWords(new Date(...date).toISOString(), now, 'en-GB');

  it('came today, yesterday, on a day of this week, or on a date', () => {
    expect(when(2026, 10, 20, 9, 5)).toBe('Today, 09:05');
    expect(when(2026, 10, 19, 23, 59)).toBe('Yesterday, 23:59');
    expect(when(2026, 10, 16, 10, 0)).toBe('Monday, 10:00');
    expect(when(2026, 10, 13, 10, 0)).toBe('13 November 2026, 10:00');
    expect(when(2026, 10, 21, 10, 0)).toBe('21 November 2026, 10:00');
  });

  it('is as long as people say it', () => {
    expect([0.2, 1, 12.4, 60, 72].map(lengthInWords)).toEqual([
      ...['1 second', '1 second', '12 seconds', '1 minute', '1 minute 12 seconds'],
    ]);
  });
});

describe('a key for the telephone', () => {
  const none = { ctrlKey: false, altKey: false, metaKey: false, repeat: false, isTyping: false };
  const key = (name: string, phoneUse: Parameters<typeof shortcutOf>[0]['phoneUse']) =>
    shortcutOf({ key: name, ...none, phoneUse });

  it.each(['meant', 'called', 'up'] as const)('is a digit, * or # while it is %s', (use) => {
    for (const digit of '0123456789*#') {
      expect(key(digit, use)).toEqual({ does: 'phoneKey', digit });
    }
  });

  it('goes to a device where no telephone is meant', () => {
    expect(key('3', 'none')).toEqual({ does: 'goToDevice', index: 3 });
    expect(key('3', 'rung')).toEqual({ does: 'goToDevice', index: 3 });
    expect(key('*', 'none')).toBeUndefined();
  });

  it('answers only what rings, and hangs up only what there is', () => {
    expect(key('a', 'rung')).toEqual({ does: 'answer' });
    expect(key('A', 'up')).toBeUndefined();
    for (const name of ['h', 'H', 'Escape']) {
      for (const use of ['rung', 'called', 'up'] as const) {
        expect(key(name, use)).toEqual({ does: 'hangUp' });
      }
      expect(key(name, 'meant')).toBeUndefined();
    }
  });

  it('takes back what is not dialed yet', () => {
    expect(key('Backspace', 'meant')).toEqual({ does: 'eraseDigit' });
    expect(key('Backspace', 'up')).toBeUndefined();
  });

  it('means beside it what it always means', () => {
    expect(key('l', 'up')).toEqual({ does: 'listen' });
  });
});
