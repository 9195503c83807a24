// The names of messages: what they say, and that nothing else is taken for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfId, idOfFileName, messageId, timeInNames } from '#shared/relay/voice-message';

const facts = fc.record({
  receivedAt: fc
    .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  durationSeconds: fc.integer({ min: 0, max: 9_999_999 }).map((tenths) => tenths / 10),
});

describe('the name of a message', () => {
  it('says when it came and how long it is', () => {
    const said = { receivedAt: '2026-11-20T13:45:10.250Z', durationSeconds: 12.4 };
    expect(messageId(said)).toBe('2026-11-20T13-45-10.250Z_12.4s');
    expect(factsOfId('2026-11-20T13-45-10.250Z_12.4s')).toEqual(said);
  });

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(facts, (said) => {
        expect(factsOfId(messageId(said))).toEqual(said);
      }),
    );
  });

  it('sorts by the time at which messages came', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        fc.pre(a.receivedAt < b.receivedAt);
        expect(messageId(a) < messageId(b)).toBe(true);
      }),
    );
  });

  it('begins with what is known when the message begins', () => {
    fc.assert(
      fc.property(facts, (said) => messageId(said).startsWith(`${timeInNames(said.receivedAt)}_`)),
    );
  });

  it.each([
    '',
    '..',
    '../2026-11-20T13-45-10.250Z_12.4s',
    '2026-11-20T13-45-10.250Z_12.4s/..',
    '.2026-11-20T13-45-10.250Z_12.4s',
    '2026-11-20T13-45-10.250Z_12.4s\n',
    '2026-11-20T13:45:10.250Z_12.4s',
    '2026-11-20T13-45-10Z_12s',
    '2026-02-30T13-45-10.250Z_12.4s',
    '2026-11-20T25-45-10.250Z_12.4s',
    '2026-11-20T13-45-10.250Z',
  ])('is not %j', (text) => {
    expect(factsOfId(text)).toBeUndefined();
  });
});

describe('a file of a message', () => {
  it('has the name and the suffix', () => {
    const id = '2026-11-20T13-45-10.250Z_12.4s';
    expect(idOfFileName(`${id}.wav`)).toBe(id);
    expect(idOfFileName(id)).toBeUndefined();
    expect(idOfFileName(`${id}.wav.part`)).toBeUndefined();
    expect(idOfFileName('greeting.wav')).toBeUndefined();
  });
});
