// How often something may happen for one address.
import { describe, expect, it } from 'vitest';
import { AddressRates, networkOf } from '#server/address-rates';
import { FakeTime } from '#test/support/fake-time';

function rates({ perSecond = 2, atOnce = 4, addresses = 3 } = {}) {
  const time = new FakeTime(1_000);
  const table = new AddressRates({
    perSecond: () => perSecond,
    atOnce: () => atOnce,
    addresses: () => addresses,
    nowMs: time.nowMs,
  });
  const taken = (address: string, count: number) =>
    Array.from({ length: count }, () => table.take(address)).filter(Boolean).length;
  return { time, table, taken };
}

describe('an address', () => {
  it('may do so much at once, and then so much in a second', () => {
    const { time, taken } = rates();
    expect(taken('10.0.0.1', 10)).toBe(4);
    time.advance(1_000);
    expect(taken('10.0.0.1', 10)).toBe(2);
    time.advance(3_600_000);
    expect(taken('10.0.0.1', 10)).toBe(4);
  });

  it('does not wait for another', () => {
    const { taken, table } = rates();
    taken('10.0.0.1', 10);
    expect(table.waitMs('10.0.0.2')).toBe(0);
    expect(taken('10.0.0.2', 10)).toBe(4);
  });

  it('learns how long to wait, and that is right', () => {
    const { time, table, taken } = rates();
    taken('10.0.0.1', 4);
    expect(table.waitMs('10.0.0.1')).toBe(500);
    time.advance(499);
    expect(table.take('10.0.0.1')).toBe(false);
    time.advance(1);
    expect(table.waitMs('10.0.0.1')).toBe(0);
    expect(table.take('10.0.0.1')).toBe(true);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('with a whole network of IPv6 counts as one', () => {
    const { taken, table } = rates();
    const takes = Array.from({ length: 1_000 }, (_, n) => taken(`2001:db8::${n.toString(16)}`, 1));
    expect(takes.filter((count) => count > 0)).toHaveLength(4);
    expect(table.addressCount).toBe(1);
    expect(taken('2001:db8:0:1::1', 1)).toBe(1);
  });
});

describe('the table of addresses', () => {
  it('never has more than it may, and forgets who was quiet for longest', () => {
    const { table, taken } = rates({ addresses: 3 });
    taken('10.0.0.1', 10);
    for (let n = 2; n < 1_000; n += 1) {
      taken(`10.0.${n >> 8}.${n & 255}`, 1);
      expect(table.addressCount).toBeLessThanOrEqual(3);
    }
    expect(taken('10.0.0.1', 1)).toBe(1);
  });
});
