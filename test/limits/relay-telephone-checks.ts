// Past the bounds of pages that are telephones. Named as the rows of the table.
import { expect } from 'vitest';
import { KeyTones, MAX_WAITING_KEYS } from '#server/telephone/key-tones';
import { MAX_TELEPHONES } from '#shared/relay/telephone';
import { relayBench } from '#test/server/relay/relay-bench';
import { FakeTime } from '#test/support/fake-time';
import { expectMalformed, expectRefused } from './relay-bench.ts';

export const telephoneChecks = {
  telephoneNumber: () =>
    expectMalformed(
      { type: 'telephone', device: 0, number: '1'.repeat(17) },
      { type: 'telephone', device: 0, number: '1*' },
    ),

  telephones() {
    const { open, numberOf } = relayBench({ pages: 1_000 });
    const device = numberOf('phone');
    for (let i = 0; i < MAX_TELEPHONES; i += 1) {
      open().say({ type: 'telephone', device, number: String(1_000 + i) });
    }
    const last = open();
    last.say({ type: 'telephone', device, number: '9' });
    expect(last.take('refused')[0]?.message).toContain(`${MAX_TELEPHONES} numbers`);
    last.say({ type: 'telephone', device, number: '1000' });
    expect(last.take('refused')).toHaveLength(1);
  },

  telephoneLine() {
    const bench = relayBench();
    const device = bench.numberOf('hifi');
    expectRefused(
      bench,
      { type: 'telephone', device, number: '1' },
      { type: 'call', device },
      { type: 'answer', device },
      { type: 'hangUp', device },
      { type: 'key', device, digit: '1', isDown: true },
    );
  },

  key: () =>
    expectMalformed(
      { type: 'key', device: 0, digit: 'E', isDown: true },
      { type: 'key', device: 0, digit: '11', isDown: true },
    ),

  waitingKeys() {
    const time = new FakeTime();
    const pressed: string[] = [];
    const keys = new KeyTones({
      ...{ timers: time, clock: time },
      line: { dtmf: (digit: string, isDown: boolean) => isDown && pressed.push(digit) } as never,
      tone: { play() {}, stop() {} },
    });
    for (let i = 0; i < 1_000; i += 1) keys.press('5');
    keys.release('5');
    time.advance(60_000);
    // And the one that sounded at once.
    expect(pressed).toHaveLength(MAX_WAITING_KEYS + 1);
    expect(time.pendingTimerCount).toBe(0);
  },
};
