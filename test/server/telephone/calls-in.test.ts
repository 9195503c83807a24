// A page calls the gateway's telephone, and programs answer or do not.
import { describe, expect, it } from 'vitest';
import { defaultDevices, type InterfaceDescription } from '#server/devices/index';
import { exchangeBench } from './exchange-bench.ts';
import { isSilent, lastHeard, tonesIn } from './line-sound.ts';

const [phoneDescription] = defaultDevices as [InterfaceDescription];

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

  it('may give up while it rings, which ends the burst', () => {
    const { exchange, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    time.advance(500);
    exchange.hangUp(kitchen);
    expect(kitchen.takeCalls()).toEqual(['calling', 'none: hungUp']);
    expect(takeEvents()).toEqual(['PhoneRing 1', 'PhoneRing 0']);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('is not answered after a minute and ten rings', () => {
    const { exchange, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    time.advance(59_999);
    expect(kitchen.takeCalls()).toEqual(['calling']);
    time.advance(1);
    expect(kitchen.takeCalls()).toEqual(['none: notAnswered']);
    expect(takeEvents().filter((event) => event === 'PhoneRing 1')).toHaveLength(10);
    expect(exchange.status.use).toBe('free');
    expect(time.pendingTimerCount).toBe(0);
  });

  it('finds the line busy while another page or a program uses it', () => {
    const { exchange, line, telephone } = exchangeBench();
    const [kitchen, attic] = [telephone(), telephone('attic')];
    exchange.call(kitchen);
    exchange.call(attic);
    expect(attic.takeCalls()).toEqual(['none: busy']);
    line.setHook(1);
    exchange.call(attic);
    expect(attic.takeCalls()).toEqual(['none: busy']);
    exchange.hangUp(attic);
    exchange.answer(attic);
    expect(kitchen.takeCalls()).toEqual(['calling', 'up']);
    exchange.hangUp(kitchen);
    exchange.call(attic);
    expect(attic.takeCalls()).toEqual(['none: busy']);
    line.setHook(0);
    exchange.call(attic);
    expect(attic.takeCalls()).toEqual(['calling']);
  });

  it('has one call at a time, on whatever line', () => {
    const bench = exchangeBench([phoneDescription, { ...phoneDescription, name: 'second' }]);
    const second = bench.exchanges.of(bench.device('second'));
    const kitchen = bench.telephone();
    bench.exchange.call(kitchen);
    expect(() => second?.call(kitchen)).toThrow('hang up first');
    expect(() => bench.exchange.call(kitchen)).toThrow('hang up first');
    expect(bench.exchange.status.use).toBe('ringing');
    expect(second?.status.use).toBe('free');
  });

  it('and hangs up takes the loop current away, and leaves a busy tone that ends', () => {
    const { exchange, phone, line, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    line.setHook(1);
    takeEvents();
    time.advance(500);
    expect(isSilent(lastHeard(phone, 500))).toBe(true);
    exchange.hangUp(kitchen);
    expect(takeEvents()).toEqual(['PhoneLoop 0']);
    expect(line.hasLoopCurrent).toBe(false);
    time.advance(490);
    expect(tonesIn(lastHeard(phone, 480))).toEqual([480, 620]);
    time.advance(505);
    expect(isSilent(lastHeard(phone, 480))).toBe(true);
    time.advance(500);
    expect(tonesIn(lastHeard(phone, 480))).toEqual([480, 620]);
    time.advance(29_000);
    expect(isSilent(lastHeard(phone, 480))).toBe(true);
    expect(time.pendingTimerCount).toBe(0);
    expect(exchange.status).toMatchObject({ isOffHook: true, use: 'inUse' });
    line.setHook(0);
    expect(exchange.status).toMatchObject({ isOffHook: false, use: 'free' });
  });

  it('and vanishes has hung up at once', () => {
    const { exchange, exchanges, line, telephone, takeEvents } = exchangeBench();
    const kitchen = telephone('kitchen', '12');
    exchange.call(kitchen);
    line.setHook(1);
    takeEvents();
    exchanges.vanish(kitchen);
    expect(takeEvents()).toEqual(['PhoneLoop 0']);
    expect(exchange.status.telephones).toEqual([]);
    line.setHook(0);
    exchange.call(telephone());
    expect(exchange.status.use).toBe('ringing');
  });

  it('is told when the device goes', () => {
    const { exchange, line, set, telephone, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    line.setHook(1);
    set.remove('phone');
    expect(kitchen.takeCalls()).toEqual(['calling', 'up', 'none: gone']);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('is told when the gateway ends, after which nothing happens on the line', () => {
    const { exchange, exchanges, line, telephone, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    exchanges.close();
    expect(kitchen.takeCalls()).toEqual(['calling', 'none: gone']);
    line.setHook(1);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('keeps its call through a short flash of the hook, and loses it by a long one', () => {
    const { phone, exchange, line, telephone, takeEvents, time } = exchangeBench();
    const kitchen = telephone();
    exchange.call(kitchen);
    line.setHook(1);
    takeEvents();
    line.flash(1_000);
    time.advance(3_000);
    expect(kitchen.takeCalls()).toEqual(['calling', 'up']);
    line.flash(1_001);
    time.advance(100);
    expect(kitchen.takeCalls()).toEqual(['none: hungUp']);
    expect(takeEvents()).toEqual(['PhoneLoop 0']);
    time.advance(1_500);
    expect(tonesIn(lastHeard(phone, 400))).toEqual([350, 440]);
  });
});

describe('who is heard', () => {
  it('is everybody while the line is free, and the page of the call alone once it is up', () => {
    const { exchange, line, telephone } = exchangeBench();
    const [kitchen, attic] = [telephone(), telephone('attic', '7')];
    const heard = () => [kitchen, attic].map((page) => exchange.mayBeHeard(page));
    expect(heard()).toEqual([true, true]);
    exchange.call(kitchen);
    expect(heard()).toEqual([false, true]);
    line.setHook(1);
    expect(heard()).toEqual([true, false]);
    exchange.hangUp(kitchen);
    expect(heard()).toEqual([false, false]);
    line.setHook(0);
    expect(heard()).toEqual([true, true]);
  });
});

describe('calls', () => {
  it('are counted and logged', () => {
    const { exchange, exchanges, line, logged, telephone, time } = exchangeBench();
    const [kitchen, attic] = [telephone(), telephone('attic')];
    exchange.call(kitchen);
    exchange.call(attic);
    line.setHook(1);
    time.advance(12_000);
    line.setHook(0);
    exchange.call(attic);
    exchanges.vanish(attic);
    exchange.call(kitchen);
    exchange.hangUp(kitchen);
    expect(exchanges.counts.all()).toEqual([
      { direction: 'in', end: 'busy', count: 1 },
      { direction: 'in', end: 'hungUp', count: 2 },
      { direction: 'in', end: 'gone', count: 1 },
    ]);
    expect(logged.slice(0, 4)).toEqual([
      'a call rings {"device":"phone","direction":"in","page":1}',
      'a call ended {"device":"phone","direction":"in","end":"busy","page":2}',
      'a call is up {"device":"phone","direction":"in","page":1}',
      'a call ended {"device":"phone","direction":"in","end":"hungUp","page":1,"seconds":12}',
    ]);
  });
});
