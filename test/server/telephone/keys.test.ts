// The keys of a page's telephone: events for programs, and tones in what the device hears.
import { describe, expect, it } from 'vitest';
import { DTMF_DIGITS } from '#shared/audio/dtmf';
import { fitTone, rmsDb } from '#test/shared/audio/tone-fit';
import { exchangeBench } from './exchange-bench.ts';
import { isSilent, lastHeard, timedDigitsIn } from './line-sound.ts';

function callBench() {
  const bench = exchangeBench();
  const kitchen = bench.telephone();
  bench.exchange.call(kitchen);
  bench.line.setHook(1);
  bench.takeEvents();
  return { ...bench, kitchen };
}

describe('a key', () => {
  it.each([...DTMF_DIGITS])('%s is an event and a tone for as long as it is down', (digit) => {
    const { phone, exchange, kitchen, takeEvents, time } = callBench();
    exchange.key(kitchen, digit, true);
    expect(takeEvents()).toEqual([`PhoneDTMF 1 ${digit}`]);
    time.advance(200);
    exchange.key(kitchen, digit, false);
    expect(takeEvents()).toEqual([`PhoneDTMF 0 ${digit}`]);
    time.advance(200);
    const [heard = ''] = timedDigitsIn(lastHeard(phone, 400));
    expect(heard.startsWith(`${digit} `)).toBe(true);
    expect(Math.abs(Number(heard.split(' ')[1]) - 200)).toBeLessThan(16);
  });

  it('sounds at the levels and frequencies of shared/audio, without a break', () => {
    const { phone, exchange, kitchen, time } = callBench();
    exchange.key(kitchen, '5', true);
    time.advance(3_000);
    const samples = lastHeard(phone, 2_900);
    const low = fitTone(samples, 770, 8_000);
    const high = fitTone(samples, 1_336, 8_000);
    // -4 and -2 dB re the digital milliwatt.
    const dbm0 = 20 * Math.log10(32_768) - 3.17 - 0.03;
    expect(low.levelDb).toBeCloseTo(dbm0 - 4, 1);
    expect(high.levelDb).toBeCloseTo(dbm0 - 2, 1);
    const sumDb = 10 * Math.log10(10 ** (low.levelDb / 10) / 2 + 10 ** (high.levelDb / 10) / 2);
    expect(rmsDb(samples)).toBeCloseTo(sumDb, 2);
  });

  it('that is merely touched lasts 60 ms', () => {
    const { phone, exchange, kitchen, takeEvents, time } = callBench();
    exchange.key(kitchen, '1', true);
    exchange.key(kitchen, '1', false);
    time.advance(59);
    expect(takeEvents()).toEqual(['PhoneDTMF 1 1']);
    time.advance(1);
    expect(takeEvents()).toEqual(['PhoneDTMF 0 1']);
    time.advance(100);
    expect(timedDigitsIn(lastHeard(phone, 160))).toHaveLength(1);
  });

  it('that is forgotten ends after ten seconds', () => {
    const { phone, exchange, kitchen, takeEvents, time } = callBench();
    exchange.key(kitchen, '*', true);
    time.advance(9_999);
    expect(takeEvents()).toEqual(['PhoneDTMF 1 *']);
    time.advance(1);
    expect(takeEvents()).toEqual(['PhoneDTMF 0 *']);
    exchange.key(kitchen, '*', false);
    time.advance(500);
    expect(takeEvents()).toEqual([]);
    expect(isSilent(lastHeard(phone, 490))).toBe(true);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('ends the one that was down before', () => {
    const { exchange, kitchen, takeEvents, time } = callBench();
    exchange.key(kitchen, '1', true);
    time.advance(200);
    exchange.key(kitchen, '2', true);
    exchange.key(kitchen, '1', false);
    time.advance(200);
    expect(takeEvents()).toEqual(['PhoneDTMF 1 1', 'PhoneDTMF 0 1', 'PhoneDTMF 1 2']);
    exchange.key(kitchen, '2', false);
    expect(takeEvents()).toEqual(['PhoneDTMF 0 2']);
  });

  it('counts only while a call of its page is up', () => {
    const { exchange, line, telephone, takeEvents } = exchangeBench();
    const [kitchen, attic] = [telephone(), telephone('attic')];
    const press = () => {
      for (const page of [kitchen, attic]) exchange.key(page, '1', true);
      return takeEvents().filter((event) => event.startsWith('PhoneDTMF'));
    };
    expect(press()).toEqual([]);
    exchange.call(kitchen);
    expect(press()).toEqual([]);
    line.setHook(1);
    expect(press()).toEqual(['PhoneDTMF 1 1']);
    exchange.hangUp(kitchen);
    expect(takeEvents()).toEqual(['PhoneDTMF 0 1', 'PhoneLoop 0']);
    expect(press()).toEqual([]);
  });
});

describe('keys that come all at once', () => {
  it('follow each other, each of them heard, and no more than so many wait', () => {
    const { phone, exchange, kitchen, takeEvents, time } = callBench();
    for (let round = 0; round < 10; round++) {
      for (const digit of DTMF_DIGITS) {
        exchange.key(kitchen, digit, true);
        exchange.key(kitchen, digit, false);
      }
    }
    const digits: string[] = [];
    for (let half = 0; half < 2; half++) {
      time.advance(110 * 16);
      digits.push(...timedDigitsIn(lastHeard(phone, 110 * 16)).map((digit) => digit.charAt(0)));
    }
    expect(digits.join('')).toBe(DTMF_DIGITS.repeat(2));
    time.advance(10_000);
    const begun = takeEvents().filter((event) => event.startsWith('PhoneDTMF 1'));
    expect(begun).toHaveLength(33);
    expect(time.pendingTimerCount).toBe(0);
  });
});
