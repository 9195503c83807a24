// The device's end of a telephone line: hook, rings, tones and dialing, on a clock that stands still unless moved.
import { describe, expect, it } from 'vitest';
import { parseDialString } from '#server/devices/dial-plan';
import type { LineEnd, PhoneEvent, VirtualPhoneLine } from '#server/devices/index';
import { deviceBench } from '#test/server/devices/device-setup';
import { digitsIn } from '#test/support/digits-in';

function phoneBench() {
  const bench = deviceBench();
  const device = bench.device('phone');
  const line = device.phone as VirtualPhoneLine;
  const events: PhoneEvent[] = [];
  line.onEvent((event) => events.push(event));
  const atFarEnd: string[] = [];
  const end: LineEnd = {
    hookChanged: (isOffHook) => atFarEnd.push(isOffHook ? 'off hook' : 'on hook'),
    flashed: (durationMs) => atFarEnd.push(`flash ${durationMs}`),
    dialed: (digit) => atFarEnd.push(digit),
  };
  line.connect(end);
  return { ...bench, device, line, events, atFarEnd };
}

describe('a dial string', () => {
  it('is digits, pauses, flashes and a choice of tones or pulses', () => {
    expect(parseDialString('1!AP*2WXT#')).toEqual({
      steps: [
        { kind: 'tone', digit: '1' },
        { kind: 'pause', durationMs: 950 },
        { kind: 'tone', digit: 'A' },
        { kind: 'pulse', digit: '2' },
        { kind: 'tone', digit: '#' },
      ],
      isAborted: false,
    });
    expect(parseDialString('^^^5^').steps).toEqual([
      { kind: 'flash', durationMs: 500 },
      { kind: 'tone', digit: '5' },
      { kind: 'flash', durationMs: 0 },
    ]);
  });

  it('ends at a NUL', () => {
    expect(parseDialString('7\0Z9')).toEqual(parseDialString('7'));
  });

  it.each(['Z', 'e', ' ', '\n', '\u00ff', '-'])('ends at %j, which means nothing', (character) => {
    expect(parseDialString(`7${character}8`)).toEqual({
      steps: [{ kind: 'tone', digit: '7' }],
      isAborted: true,
    });
  });
});

describe('the hook switch', () => {
  it('reports each setting, also one that changes nothing', () => {
    const { line, events, atFarEnd, time } = phoneBench();
    time.advance(10);
    expect(line.isOffHook).toBe(false);
    for (const state of [1, 1, 5, 0xffff_ffff, 0, 0, 2]) line.setHook(state);
    expect(events.map(({ event, state }) => [event, state])).toEqual(
      [1, 1, 1, 1, 0, 0, 0].map((state) => ['PhoneHookSwitch', state]),
    );
    expect(events.every(({ frame }) => frame === 80)).toBe(true);
    expect(atFarEnd).toEqual(['off hook', 'on hook']);
  });

  it('is flashed only off hook and for at most three seconds, and stays off hook meanwhile', () => {
    const { line, events, atFarEnd, time } = phoneBench();
    line.flash(100);
    line.setHook(1);
    for (const durationMs of [100, 5000, -1, Number.NaN, 0, 3000]) line.flash(durationMs);
    expect(line.isOffHook).toBe(true);
    time.advance(10_000);
    expect(atFarEnd).toEqual(['off hook', 'flash 100', 'flash 0', 'flash 3000']);
    expect(events).toHaveLength(1);
    expect(time.pendingTimerCount).toBe(0);
  });
});

describe('the line', () => {
  it('reports rings, loop current and touch tones', () => {
    const { line, events, time } = phoneBench();
    time.advance(1000);
    line.ring(1);
    line.loop(1);
    expect(line.hasLoopCurrent).toBe(true);
    line.dtmf('#', 1);
    line.dtmf('#', 0);
    line.loop(0);
    line.ring(0);
    expect(line.hasLoopCurrent).toBe(false);
    expect(events).toEqual([
      { event: 'PhoneRing', frame: 8000, state: 1 },
      { event: 'PhoneLoop', frame: 8000, state: 1 },
      { event: 'PhoneDTMF', frame: 8000, state: 1, digit: 35 },
      { event: 'PhoneDTMF', frame: 8000, state: 0, digit: 35 },
      { event: 'PhoneLoop', frame: 8000, state: 0 },
      { event: 'PhoneRing', frame: 8000, state: 0 },
    ]);
  });

  it('tells every listener, until it leaves, and reports what one throws', () => {
    const { line, events, errors } = phoneBench();
    const mistake = new Error('listener');
    const remove = line.onEvent(() => {
      throw mistake;
    });
    const after: PhoneEvent[] = [];
    line.onEvent((event) => after.push(event));
    line.ring(1);
    remove();
    line.ring(0);
    expect([events.length, after.length]).toEqual([2, 2]);
    expect(errors).toEqual([mistake]);
  });

  it('has no far end at first', () => {
    const { device } = deviceBench();
    const line = device('phone').phone;
    line?.setHook(1);
    line?.flash(10);
    line?.dial('1P2');
    expect(line?.isOffHook).toBe(true);
  });
});

describe('dialing', () => {
  /** What the phone plays from now on, by frame. */
  function listen({ device }: ReturnType<typeof phoneBench>, seconds: number): Int16Array {
    const played = new Int16Array(seconds * 8000);
    device.addSink({
      played: ({ startFrame, samples }) => played.set(samples, startFrame),
      silent() {},
    });
    return played;
  }

  it('plays each digit for 60 ms with 50 ms after it, to the sample, however late timers are', () => {
    const bench = phoneBench();
    bench.line.setHook(1);
    bench.line.dial('12#\0junk');
    const played = listen(bench, 2);
    bench.time.stall(45);
    bench.time.advance(1000);
    const isSounding = (ms: number) =>
      played.subarray(ms * 8, (ms + 1) * 8).some((sample) => Math.abs(sample) > 500);
    for (let digit = 0; digit < 3; digit++) {
      const startMs = 50 + 110 * digit;
      expect([-2, 1, 58, 60, 108].map((ms) => isSounding(startMs + ms))).toEqual([
        false,
        true,
        true,
        false,
        false,
      ]);
    }
    expect(isSounding(50 + 330 + 5)).toBe(false);
    expect(digitsIn(played, 8_000)).toBe('12#');
    expect(bench.atFarEnd).toEqual(['off hook', '1', '2', '#']);
    expect(bench.time.pendingTimerCount).toBe(0);
  });

  it('loses no digit when timers are later than that', () => {
    const bench = phoneBench();
    bench.line.setHook(1);
    bench.line.dial('123');
    const played = listen(bench, 2);
    bench.time.stall(700);
    bench.time.advance(1000);
    expect(digitsIn(played, 8_000)).toBe('123');
  });

  it('picks up first, waits for the dial tone, and stays off hook without an event', () => {
    const bench = phoneBench();
    bench.line.dial('9');
    expect(bench.line.isOffHook).toBe(true);
    bench.time.advance(899);
    expect(bench.atFarEnd).toEqual(['off hook']);
    bench.time.advance(1000);
    expect(bench.atFarEnd).toEqual(['off hook', '9']);
    expect(bench.line.isOffHook).toBe(true);
    expect(bench.events).toEqual([]);
    expect(bench.time.pendingTimerCount).toBe(0);
  });

  it('does nothing where there is nothing to dial', () => {
    const { line, atFarEnd, time } = phoneBench();
    for (const number of ['', '\0', 'Z', 'Z1']) line.dial(number);
    expect(line.isOffHook).toBe(false);
    expect(atFarEnd).toEqual([]);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('that is aborted hangs up again, if it had picked up', () => {
    const one = phoneBench();
    one.line.dial('4Z5');
    one.time.advance(3000);
    expect(one.atFarEnd).toEqual(['off hook', '4', 'on hook']);
    expect(one.line.isOffHook).toBe(false);

    const two = phoneBench();
    two.line.setHook(1);
    two.line.dial('4Z5');
    two.time.advance(3000);
    expect(two.atFarEnd).toEqual(['off hook', '4']);
    expect(two.line.isOffHook).toBe(true);
  });

  it('takes its time for pulses, pauses and flashes, and goes on with the next number', () => {
    const { line, atFarEnd, time } = phoneBench();
    line.setHook(1);
    line.dial('P20!^^T3');
    line.dial('4');
    const stepsMs = [2 * 96 + 750, 10 * 96 + 750, 950, 250 + 400, 110];
    const beforeMs = [0, ...stepsMs].map((_, i) => stepsMs.slice(0, i).reduce((a, b) => a + b, 0));
    const arrivals = ['2', '0', undefined, 'flash 250', '3', '4'];
    let passedMs = 0;
    const seen = ['off hook'];
    for (const [i, arrival] of arrivals.entries()) {
      if (arrival === undefined) continue;
      const atMs = beforeMs[i] ?? 0;
      if (atMs > 1) {
        time.advance(atMs - 1 - passedMs);
        expect(atFarEnd).toEqual(seen);
        passedMs = atMs - 1;
      }
      time.advance(2);
      passedMs += 2;
      seen.push(arrival);
      expect(atFarEnd).toEqual(seen);
    }
  });

  it('is given up by hanging up, and by removing the device', () => {
    const one = phoneBench();
    one.line.dial('123456789');
    one.time.advance(1050);
    one.line.setHook(0);
    one.time.advance(5000);
    expect(one.atFarEnd).toEqual(['off hook', '1', '2', 'on hook']);
    expect(one.events.map(({ state }) => state)).toEqual([0]);

    const two = phoneBench();
    two.line.dial('123456789');
    two.set.remove('phone');
    expect(two.time.pendingTimerCount).toBe(0);
    expect(two.line.isOffHook).toBe(false);
  });

  it('keeps no more than a bounded number of steps', () => {
    const { line, atFarEnd, time } = phoneBench();
    for (let i = 0; i < 100; i++) line.dial('1'.repeat(60_000));
    time.advance(300_000);
    expect(atFarEnd.length).toBeLessThanOrEqual(260);
    expect(time.pendingTimerCount).toBe(0);
    expect(line.isOffHook).toBe(true);
  });
});
