// A program picks up and dials, by request or with tones of its own, and a page's telephone rings.
import { describe, expect, it } from 'vitest';
import { defaultDevices, type InterfaceDescription } from '#server/devices/index';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import { exchangeBench } from './exchange-bench.ts';
import { isSilent, lastHeard, tonesIn } from './line-sound.ts';

const [phoneDescription] = defaultDevices as [InterfaceDescription];

type Bench = ReturnType<typeof exchangeBench>;

/** Plays digits as the original library's dialer does: from 0.3 s on, 60 ms each with 50 ms after it. */
function playDigits({ phone }: Bench, digits: string): void {
  const segments = dtmfSegments(digits);
  const options = { rateHz: 8_000, segments, repeat: false, rampMs: DTMF_RAMP_MS };
  const generator = createToneGenerator(options);
  const samples = new Int16Array(generator.totalFrames);
  generator.fill16(samples, 0, samples.length);
  phone.play(phone.nowFrame() + 2_400, samples, samples.length, { preempt: false, gainDb: 0 });
}

function rings(bench: Bench, number: string) {
  const telephone = bench.telephone('kitchen', number);
  bench.line.setHook(1);
  bench.line.dial(number);
  bench.time.advance(110 * number.length + 100);
  return telephone;
}

describe('a program that picks up', () => {
  it('hears the dial tone until the first digit, and costs nothing on hook', () => {
    const { phone, line, time } = exchangeBench();
    time.advance(1_000);
    expect(time.pendingTimerCount).toBe(0);
    line.setHook(1);
    time.advance(1_000);
    expect(tonesIn(lastHeard(phone, 990))).toEqual([350, 440]);
    line.dial('1');
    time.advance(60);
    time.advance(500);
    expect(isSilent(lastHeard(phone, 490))).toBe(true);
    line.setHook(0);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('and does nothing hears after half a minute that it should hang up, and then nothing', () => {
    const { phone, exchange, line, time } = exchangeBench();
    line.setHook(1);
    time.advance(29_990);
    expect(tonesIn(lastHeard(phone, 500))).toEqual([350, 440]);
    time.advance(250);
    expect(tonesIn(lastHeard(phone, 220))).toEqual([480, 620]);
    time.advance(60_000);
    expect(isSilent(lastHeard(phone, 500))).toBe(true);
    expect(time.pendingTimerCount).toBe(0);
    expect(exchange.state.name).toBe('still');
  });

  it('gets the dial tone anew by a flash of the hook', () => {
    const { phone, dialed, line, telephone, time } = exchangeBench();
    telephone('kitchen', '12');
    line.setHook(1);
    line.dial('9');
    time.advance(5_000);
    expect(tonesIn(lastHeard(phone, 500))).toEqual([480, 620]);
    line.flash(300);
    time.advance(290);
    expect(isSilent(lastHeard(phone, 200))).toBe(true);
    time.advance(300);
    expect(tonesIn(lastHeard(phone, 200))).toEqual([350, 440]);
    line.dial('12');
    time.advance(1_000);
    expect(dialed).toEqual(['phone: 9', 'phone: 12']);
  });
});

describe('a number', () => {
  it.each(['12', 'T12', 'P12', '!1!2', '12#'])(
    'dialed by request as %s rings its page',
    (string) => {
      const { phone, dialed, exchange, line, telephone, time } = exchangeBench();
      const kitchen = telephone('kitchen', '12');
      line.dial(string);
      time.advance(5_500);
      expect(kitchen.takeCalls()).toEqual(['ringing']);
      expect(dialed).toEqual(['phone: 12']);
      expect(exchange.status).toMatchObject({ use: 'inUse', lastNumberDialed: '12' });
      time.advance(500);
      expect(phone.phone?.isOffHook).toBe(true);
    },
  );

  it('played by the program itself rings its page', () => {
    const bench = exchangeBench();
    const kitchen = bench.telephone('kitchen', '0123456789');
    bench.line.setHook(1);
    playDigits(bench, '0123456789');
    bench.time.advance(1_600);
    expect(kitchen.takeCalls()).toEqual(['ringing']);
    expect(bench.dialed).toEqual(['phone: 0123456789']);
  });

  it('played on hook is only sound', () => {
    const bench = exchangeBench();
    const kitchen = bench.telephone('kitchen', '12');
    playDigits(bench, '12');
    bench.time.advance(6_000);
    expect(kitchen.calls).toEqual([]);
    expect(bench.dialed).toEqual([]);
  });

  it('counts each digit once, however a request plays it', () => {
    const { dialed, line, time } = exchangeBench();
    line.setHook(1);
    line.dial('1123344*AD0');
    time.advance(6_000);
    expect(dialed).toEqual(['phone: 1123344*AD0']);
  });

  it('may be dialed half by request and half with tones', () => {
    const bench = exchangeBench();
    const kitchen = bench.telephone('kitchen', '1234');
    bench.line.setHook(1);
    bench.line.dial('12');
    bench.time.advance(1_000);
    playDigits(bench, '34');
    bench.time.advance(1_000);
    expect(kitchen.takeCalls()).toEqual(['ringing']);
  });

  it('that others begin with is complete after four seconds, or at #', () => {
    for (const [string, waitMs] of [
      ['12', 4_000],
      ['12#', 110],
    ] as const) {
      const { line, telephone, time } = exchangeBench();
      const [kitchen, attic] = [telephone('kitchen', '12'), telephone('attic', '123')];
      line.setHook(1);
      line.dial(string);
      time.advance(160 + waitMs - 20);
      expect(kitchen.takeCalls()).toEqual([]);
      time.advance(40);
      expect(kitchen.takeCalls()).toEqual(['ringing']);
      expect(attic.takeCalls()).toEqual([]);
    }
  });

  it('that nobody has gets the reorder tone', () => {
    const { phone, dialed, line, time } = exchangeBench();
    line.setHook(1);
    line.dial('99');
    time.advance(4_000);
    expect(isSilent(lastHeard(phone, 3_000))).toBe(true);
    time.advance(170 + 240);
    expect(tonesIn(lastHeard(phone, 220))).toEqual([480, 620]);
    time.advance(250);
    expect(isSilent(lastHeard(phone, 220))).toBe(true);
    expect(dialed).toEqual(['phone: 99']);
  });

  it('is no longer than can be dialed', () => {
    const { dialed, line, time } = exchangeBench();
    line.setHook(1);
    line.dial('7'.repeat(40));
    time.advance(4_500);
    expect(dialed).toEqual([`phone: ${'7'.repeat(32)}`]);
  });

  it('that is empty is no number', () => {
    const { phone, dialed, line, time } = exchangeBench();
    line.setHook(1);
    line.dial('#');
    time.advance(290);
    expect(dialed).toEqual([]);
    expect(tonesIn(lastHeard(phone, 200))).toEqual([480, 620]);
  });
});

describe('a page that is called', () => {
  it('may answer, while the program hears that it rings', () => {
    const bench = exchangeBench();
    const { exchange, phone, line, takeEvents, time } = bench;
    const kitchen = rings(bench, '12');
    time.advance(1_500);
    expect(tonesIn(lastHeard(phone, 1_490))).toEqual([440, 480]);
    time.advance(2_000);
    expect(isSilent(lastHeard(phone, 1_200))).toBe(true);
    takeEvents();
    exchange.answer(kitchen);
    expect(kitchen.takeCalls()).toEqual(['ringing', 'up']);
    expect(takeEvents()).toEqual(['PhoneLoop 1']);
    expect(line.hasLoopCurrent).toBe(true);
    time.advance(5_000);
    expect(isSilent(lastHeard(phone, 4_000))).toBe(true);
    line.setHook(0);
    expect(kitchen.takeCalls()).toEqual(['none: hungUp']);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('may refuse, and the program hears the busy tone', () => {
    const bench = exchangeBench();
    const kitchen = rings(bench, '12');
    bench.exchange.hangUp(kitchen);
    expect(kitchen.takeCalls()).toEqual(['ringing', 'none: hungUp']);
    bench.time.advance(490);
    expect(tonesIn(lastHeard(bench.phone, 480))).toEqual([480, 620]);
    expect(bench.exchanges.counts.all()).toEqual([{ direction: 'out', end: 'refused', count: 1 }]);
  });

  it('need not answer: after a minute the program hears the reorder tone', () => {
    const bench = exchangeBench();
    const kitchen = rings(bench, '12');
    bench.time.advance(59_000);
    expect(kitchen.takeCalls()).toEqual(['ringing']);
    bench.time.advance(1_200);
    expect(kitchen.takeCalls()).toEqual(['none: notAnswered']);
    expect(bench.exchange.state.name).toBe('reorderTone');
  });

  it('hears when the program gives up', () => {
    const bench = exchangeBench();
    const kitchen = rings(bench, '12');
    bench.line.setHook(0);
    expect(kitchen.takeCalls()).toEqual(['ringing', 'none: hungUp']);
    expect(bench.takeEvents()).toEqual(['PhoneHookSwitch 1', 'PhoneHookSwitch 0']);
  });

  it('hears the same when the program flashes the hook, to dial anew', () => {
    const bench = exchangeBench();
    const kitchen = rings(bench, '12');
    bench.line.flash(200);
    bench.time.advance(500);
    expect(kitchen.takeCalls()).toEqual(['ringing', 'none: hungUp']);
    expect(bench.exchange.state.name).toBe('dialTone');
  });

  it('may vanish, and the program hears the busy tone', () => {
    const bench = exchangeBench();
    const kitchen = rings(bench, '12');
    bench.exchanges.vanish(kitchen);
    expect(bench.exchange.state.name).toBe('busyTone');
    expect(bench.exchange.status.telephones).toEqual([]);
  });

  it('is busy while it has another call, on whatever line', () => {
    const bench = exchangeBench();
    const kitchen = bench.telephone('kitchen', '12');
    bench.set.add({ ...phoneDescription, name: 'second' });
    bench.exchanges.of(bench.device('second'))?.call(kitchen);
    expect(kitchen.takeCalls()).toEqual(['calling']);
    bench.line.setHook(1);
    bench.line.dial('12');
    bench.time.advance(400);
    expect(kitchen.takeCalls()).toEqual([]);
    expect(bench.exchange.state.name).toBe('busyTone');
  });
});

describe('the keys of a program in a call', () => {
  function callBench() {
    const bench = exchangeBench();
    const kitchen = bench.telephone();
    bench.exchange.call(kitchen);
    bench.line.setHook(1);
    return { ...bench, bench, kitchen };
  }
  const downAndUp = [...DTMF_DIGITS].flatMap((digit) => [`${digit} down`, `${digit} up`]);

  it('reach the page when it plays their tones: all sixteen', () => {
    const { bench, kitchen, time } = callBench();
    playDigits(bench, DTMF_DIGITS);
    time.advance(300 + 110 * 16 + 100);
    expect(kitchen.keys).toEqual(downAndUp);
  });

  it('reach the page when it dials them by request: all sixteen, once', () => {
    const { kitchen, line, time } = callBench();
    line.dial(DTMF_DIGITS);
    time.advance(300 + 110 * 16 + 100);
    expect(kitchen.keys).toEqual(downAndUp);
  });

  it('do not reach it as pulses, which nobody hears', () => {
    const { kitchen, line, time } = callBench();
    line.dial('P12');
    time.advance(5_000);
    expect(kitchen.keys).toEqual([]);
  });
});

describe('numbers', () => {
  it('belong to one page each', () => {
    const { exchange, exchanges, telephone } = exchangeBench();
    const [kitchen, attic] = [telephone('kitchen', '12'), telephone('attic')];
    expect(() => exchange.takeNumber(attic, '12')).toThrow(
      'The telephone number 12 is that of the page “kitchen”: choose another.',
    );
    exchange.takeNumber(attic, '13');
    exchange.takeNumber(attic, '14');
    exchange.takeNumber(kitchen, '12');
    expect(exchange.status.telephones).toEqual([
      { number: '12', pageName: 'kitchen' },
      { number: '14', pageName: 'attic' },
    ]);
    exchange.takeNumber(kitchen, '');
    exchange.takeNumber(attic, '12');
    exchanges.vanish(attic);
    expect(exchange.status.telephones).toEqual([]);
  });

  it('are bounded in how many there are', () => {
    const { exchange, telephone } = exchangeBench();
    for (let number = 0; number < 128; number++) telephone('', String(number));
    const last = telephone();
    expect(() => exchange.takeNumber(last, '128')).toThrow('128 numbers');
    exchange.takeNumber(last, '');
  });
});
