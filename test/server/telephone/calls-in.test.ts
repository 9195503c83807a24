// A page calls the gateway's telephone, and programs answer or do not.
import { describe, expect, it } from 'vitest';
import { exchangeBench } from './exchange-bench.ts';

describe('a page that calls', () => {
  it('rings the line for 2 s every 6 s until a program goes off hook; then the call is up', () => {
    const { exchange, line, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    expect(kitchen.takeCalls()).toEqual(['calling']);
    expect(takeEvents()).toEqual(['PhoneRing 1']);
    expect(exchange.status.use).toBe('ringing');
    time.advance(1_999);
    expect(takeEvents()).toEqual([]);
    time.advance(1);
    expect(takeEvents()).toEqual(['PhoneRing 0']);
    time.advance(3_999);
    expect(takeEvents()).toEqual([]);
    time.advance(1);
    expect(takeEvents()).toEqual(['PhoneRing 1']);
    time.advance(500);
    line.setHook(1);
    expect(takeEvents()).toEqual(['PhoneHookSwitch 1', 'PhoneRing 0', 'PhoneLoop 1']);
    expect(kitchen.takeCalls()).toEqual(['up']);
    expect(exchange.status).toMatchObject({ isOffHook: true, use: 'inUse' });
    time.advance(60_000);
    expect(takeEvents()).toEqual([]);
    expect(kitchen.takeCalls()).toEqual([]);
  });

  it('hears that the program hung up', () => {
    const { exchange, line, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    line.setHook(1);
    takeEvents();
    kitchen.takeCalls();
    line.setHook(0);
    expect(kitchen.takeCalls()).toEqual(['none: hungUp']);
    expect(takeEvents()).toEqual(['PhoneHookSwitch 0', 'PhoneLoop 0']);
    expect(exchange.status.use).toBe('free');
    expect(time.pendingTimerCount).toBe(0);
  });
});
