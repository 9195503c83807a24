// Figures as people read them.
import { describe, expect, it } from 'vitest';
import { pageNameOf, playingInWords } from '#web/page/words/clients';
import {
  bytesInWords,
  channelsInWords,
  clockTime,
  durationInWords,
  meterDb,
  meterInWords,
  signedInWords,
} from '#web/page/words/in-words';

describe('figures in words', () => {
  it.each([
    [0.4, 'less than a second'],
    [1, '1 second'],
    [61, '1 minute 1 second'],
    [3_600, '1 hour'],
    [11_100, '3 hours 5 minutes'],
    [90_061, '1 day 1 hour'],
  ])('says %s seconds as “%s”', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  it.each([
    [0, '0:00'],
    [7.9, '0:07'],
    [750, '12:30'],
    [3_723, '1:02:03'],
    [-1, '0:00'],
  ])('shows %s seconds on a clock as %s', (seconds, shown) => {
    expect(clockTime(seconds)).toBe(shown);
  });

  it.each([
    [0, 'silent'],
    [1, 'full scale'],
    [2, 'full scale'],
    [0.5, '6 dB below full scale'],
    [0.001, 'silent'],
  ])('calls a level of %s “%s”', (level, words) => {
    expect(meterInWords(level)).toBe(words);
  });

  it('keeps a meter to its range whatever it is given', () => {
    expect(meterDb(-1)).toBe(-60);
    expect(meterDb(100)).toBe(0);
    expect(meterDb(0.1)).toBeCloseTo(-20, 10);
  });

  it('shows the sign of gains, with a real minus', () => {
    expect(signedInWords(6, 'dB')).toBe('+6 dB');
    expect(signedInWords(-3.2, 'ms')).toBe('−3 ms');
    expect(signedInWords(-0.2, 'dB')).toBe('0 dB');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [384_000, '384 kB'],
    [2_000_000_000, '2.0 GB'],
    [5e12, '5000 GB'],
  ])('says %s bytes as %s', (byteCount, words) => {
    expect(bytesInWords(byteCount)).toBe(words);
  });

  it('names channels', () => {
    expect([1, 2, 6].map(channelsInWords)).toEqual(['mono', 'stereo', '6 channels']);
  });
});

describe('who plays', () => {
  it('names two and counts the rest', () => {
    const client = (index: number) => ({ index, peer: `10.0.0.${index}` });
    expect(playingInWords([])).toBe('Nothing plays');
    expect(playingInWords([client(1)])).toBe('Playing: client 1 (10.0.0.1)');
    expect(playingInWords([client(1), { index: 2, peer: '' }])).toBe(
      'Playing: client 1 (10.0.0.1) and client 2',
    );
    expect(playingInWords([1, 2, 3, 4].map(client))).toBe(
      'Playing: client 1 (10.0.0.1), client 2 (10.0.0.2) and 2 more',
    );
  });
});

describe('the name of a page', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1',
      'Safari on an iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
      'Chrome on Android',
    ],
    ['', 'A browser on some system'],
  ])('is made of browser and system: %s', (userAgent, name) => {
    expect(pageNameOf(userAgent)).toBe(name);
  });
});
