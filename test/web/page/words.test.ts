// What is said in each state, the bits of masks, and the keys.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusalCode } from '#web/audio/face';
import { shortcutOf } from '#web/page/words/shortcuts';
import {
  countdownInWords,
  deviceRemoved,
  fileTrouble,
  gestureNeeded,
  microphoneTrouble,
  recordingFull,
  relayWords,
  requestRefused,
} from '#web/page/words/state-words';
import { inputBits, isOn, outputBits, withBit } from '#web/page/words/switches';

const refusalCodes: readonly RefusalCode[] = ['token', 'origin', 'host', 'version', 'other'];

describe('the states of the relay', () => {
  it('tells a gateway that went away from one that never answered', () => {
    const waiting = { kind: 'waiting', retryAtMs: 0, reason: '' } as const;
    expect(relayWords(waiting, true).happened).toContain('went away');
    expect(relayWords(waiting, false).happened).toContain('does not answer');
  });

  it('knows what to do about the usual refusals', () => {
    const toDo = (code: RefusalCode) => {
      return relayWords({ kind: 'refused', code, reason: '' }, false).toDo;
    };
    expect(toDo('token')).toContain('Open the link');
    expect(toDo('origin')).toContain('--allowed-origins');
    expect(toDo('host')).toContain('--host-names');
    expect(toDo('version')).toContain('Reload');
    expect(toDo('other')).toContain('log');
  });

  it('counts down in whole seconds', () => {
    expect(countdownInWords(5_000, 1_000)).toBe('Trying again in 4 s');
    expect(countdownInWords(5_000, 4_999)).toBe('Trying again in 1 s');
    expect(countdownInWords(5_000, 6_000)).toBe('Trying again now …');
  });
});

it('every trouble is told in three whole sentences', () => {
  const troubles = [
    ...Object.values(microphoneTrouble),
    gestureNeeded,
    recordingFull,
    deviceRemoved('hifi'),
    fileTrouble('a.wav', 'It is too large.'),
    requestRefused('That gain is too high.'),
    relayWords({ kind: 'waiting', retryAtMs: 0, reason: '' }, true),
    ...refusalCodes.map((code) => relayWords({ kind: 'refused', code, reason: '' }, true)),
  ];
  for (const { happened, means, toDo } of troubles) {
    for (const sentence of [happened, means, toDo]) expect(sentence).toMatch(/^[A-Z“].*\.$/);
  }
});

describe('the bits of a mask', () => {
  it('have names, and numbers beyond them', () => {
    expect(inputBits(3).map(({ name }) => name)).toEqual(['Microphones', 'Monitor', 'Input 2']);
    expect(outputBits(1).map(({ name }) => name)).toEqual(['Browsers']);
    expect(inputBits(0)).toEqual([]);
  });

  it('are set and cleared alone, up to the 32nd', () => {
    const mask = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const bit = fc.integer({ min: 0, max: 31 });
    fc.assert(
      fc.property(mask, bit, bit, fc.boolean(), (before, changed, other, on) => {
        const after = withBit(before, changed, on);
        expect(isOn(after, changed)).toBe(on);
        if (other !== changed) expect(isOn(after, other)).toBe(isOn(before, other));
        expect(after).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a pressed key', () => {
  const key = (name: string, more = {}) =>
    shortcutOf({
      key: name,
      ...{ ctrlKey: false, altKey: false, metaKey: false, repeat: false, isTyping: false },
      phoneUse: 'none',
      ...more,
    });

  it('means the same in both cases, and a digit a device', () => {
    expect(key('l')).toEqual({ does: 'listen' });
    expect(key('L')).toEqual({ does: 'listen' });
    expect(key('0')).toEqual({ does: 'goToDevice', index: 0 });
  });

  it.each(['ctrlKey', 'altKey', 'metaKey', 'repeat', 'isTyping'])(
    'means nothing with %s',
    (what) => {
      expect(key('l', { [what]: true })).toBeUndefined();
    },
  );

  it.each(['x', 'Enter', ' ', 'toString', '10'])('means nothing as %s', (name) => {
    expect(key(name)).toBeUndefined();
  });
});
