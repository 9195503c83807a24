// What one address may do, as the configuration says and also when it is reloaded.
import { describe, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { createAddressLimits, onePeer } from '#server/wiring/address-limits';
import { FakeTime } from '#test/support/fake-time';

function limited() {
  const time = new FakeTime(1_000);
  const logged: string[] = [];
  const limits = { ...configurationFrom().limits };
  const warn = (event: string, fields = {}) => logged.push(`${event} ${JSON.stringify(fields)}`);
  return { time, logged, limits, rates: createAddressLimits(limits, time, { warn }) };
}

describe('the limits of an address', () => {
  it('are those of the configuration', () => {
    const { rates } = limited();
    const taken = (rate: { take(address: string): boolean }) => {
      let count = 0;
      while (rate.take('10.0.0.1')) count += 1;
      return count;
    };
    expect(Object.values(rates).map(taken)).toEqual([2_000, 60, 30]);
    expect([rates.cookies.waitMs('10.0.0.1'), rates.tokens.waitMs('10.0.0.1')]).toEqual([
      1_000, 2_000,
    ]);
  });

  it('follow a reload at once', () => {
    const { rates, limits } = limited();
    limits.failedTokensPerMinute = 1;
    expect([rates.tokens.take('10.0.0.1'), rates.tokens.take('10.0.0.1')]).toEqual([true, false]);
  });

  it('are named in the log when somebody reaches them, and not again for each time', () => {
    const { rates, limits, logged, time } = limited();
    limits.failedTokensPerMinute = 60;
    for (let n = 0; n < 1_000; n += 1) {
      rates.tokens.take('10.0.0.1');
      time.advance(100);
    }
    expect(logged[0]).toBe('an address showed too many wrong tokens {"address":"10.0.0.1"}');
    expect(logged.length).toBeGreaterThan(5);
    expect(logged.length).toBeLessThanOrEqual(10);
  });
});

describe('a connection', () => {
  it('counts for its address, unless many come by that', () => {
    const trusted = ['10.0.0.2'];
    expect(onePeer('10.0.0.1', trusted)).toBe('10.0.0.1');
    expect(onePeer('2001:db8::1:2:3:4', trusted)).toBe('2001:db8:0:0::/64');
    for (const address of ['127.0.0.1', '::1', '10.0.0.2']) {
      expect(onePeer(address, trusted)).toBeUndefined();
    }
  });
});
