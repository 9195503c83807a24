// The telephone of pages: what they ask for and are told, and whose microphone is heard on the line.
import { describe, expect, it } from 'vitest';
import type { VirtualDevice, VirtualPhoneLine } from '#server/devices/index';
import { encodeFrame } from '#shared/relay/frame';
import { fitTone } from '#test/shared/audio/tone-fit';
import { type FakePage, type RelayBench, relayBench } from './relay-bench.ts';

const FRAME_MS = 10;
const RATE_HZ = 8_000;

/** Pages whistle for a while, each on a device and at a frequency. */
function whistle(
  { time }: RelayBench,
  durationMs: number,
  ...whistlers: readonly (readonly [page: FakePage, device: number, frequencyHz: number])[]
): void {
  const frameCount = (RATE_HZ * FRAME_MS) / 1_000;
  for (let sequence = 0; sequence < durationMs / FRAME_MS; sequence++) {
    time.advance(FRAME_MS);
    const startFrame = Math.round((time.nowMs() * RATE_HZ) / 1_000 / frameCount) * frameCount;
    for (const [page, device, frequencyHz] of whistlers) {
      const samples = Int16Array.from({ length: frameCount }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * frequencyHz * (startFrame + i)) / RATE_HZ)),
      );
      page.receiver?.binary(
        encodeFrame(
          {
            kind: 'heard',
            flags: 0,
            device,
            encoding: 'LIN16',
            channelCount: 1,
            frameCount,
            sequence: 0,
            startTime: startFrame as never,
            senderMicroseconds: 0,
          },
          new Uint8Array(samples.buffer),
        ),
      );
    }
  }
}

/** How loud whistles of 1,000 and of 1,500 Hz are, in dB re what was whistled. */
function levelsDb(samples: Int16Array): number[] {
  return [1_000, 1_500].map((hz) =>
    Math.max(-60, Math.round(fitTone(samples, hz, RATE_HZ).levelDb - 20 * Math.log10(8_000)) + 0),
  );
}

function lastHeard(device: VirtualDevice, durationMs = 100): Int16Array {
  const samples = new Int16Array((durationMs * RATE_HZ) / 1_000);
  device.record(device.nowFrame() - samples.length, samples, samples.length);
  return samples;
}

function twoPages() {
  const bench = relayBench();
  const phone = bench.device('phone');
  const number = bench.numberOf('phone');
  return {
    bench,
    phone,
    number,
    line: phone.phone as VirtualPhoneLine,
    kitchen: bench.open(),
    attic: bench.open(),
  };
}

describe('the line', () => {
  it('is shown to every page when it comes, and whenever it changes, only then', () => {
    const { kitchen, attic, line, number } = twoPages();
    const free = {
      type: 'line',
      device: number,
      isOffHook: false,
      use: 'free',
      telephones: [],
      lastNumberDialed: '',
    };
    expect(attic.take('line')).toEqual([free]);
    kitchen.say({ type: 'telephone', device: number, number: '12' });
    const telephones = [{ number: '12', pageName: 'kitchen' }];
    expect(attic.take('line')).toEqual([{ ...free, telephones }]);
    kitchen.say({ type: 'telephone', device: number, number: '12' });
    expect(attic.take('line')).toEqual([]);
    line.setHook(1);
    expect(attic.take('line')).toEqual([{ ...free, telephones, isOffHook: true, use: 'inUse' }]);
    line.setHook(1);
    expect(attic.take('line')).toEqual([]);
    kitchen.receiver?.closed();
    expect(attic.take('line')).toMatchObject([{ telephones: [] }]);
  });

  it('is where the device has one; others are refused in words', () => {
    const { attic, bench, number } = twoPages();
    const codec = bench.numberOf('codec');
    attic.say({ type: 'call', device: codec });
    attic.say({ type: 'call', device: 200 });
    attic.say({ type: 'call', device: number });
    attic.say({ type: 'call', device: number });
    expect(attic.take('refused')).toMatchObject([
      { code: 'refused', message: 'The device “codec” has no telephone line.' },
      { code: 'refused', message: expect.stringContaining('no device 200') },
      { code: 'refused', message: expect.stringContaining('hang up first') },
    ]);
    expect(attic.closedWith).toBe(undefined);
  });

  it('leaves with its device and comes back with it', () => {
    const { kitchen, line, bench, number } = twoPages();
    kitchen.say({ type: 'call', device: number });
    line.setHook(1);
    kitchen.take('call');
    bench.set.remove('phone');
    expect(kitchen.take('call')).toMatchObject([{ state: 'none', ended: 'gone' }]);
    kitchen.say({ type: 'hangUp', device: number });
    expect(kitchen.take('refused')).toHaveLength(1);
  });
});

describe('the telephone of a page', () => {
  it('calls, presses keys and hangs up', () => {
    const { bench, kitchen, line, number } = twoPages();
    const keys: string[] = [];
    line.onEvent(({ event, state, digit = 0 }) => {
      if (event === 'PhoneDTMF') keys.push(`${String.fromCharCode(digit)} ${state}`);
    });
    const sinceServerMs = bench.time.nowMs();
    kitchen.say({ type: 'call', device: number });
    expect(kitchen.take('call')).toEqual([
      { type: 'call', device: number, state: 'calling', sinceServerMs },
    ]);
    bench.time.advance(3_000);
    line.setHook(1);
    expect(kitchen.take('call')).toEqual([
      { type: 'call', device: number, state: 'up', sinceServerMs: sinceServerMs + 3_000 },
    ]);
    kitchen.say({ type: 'key', device: number, digit: '#', isDown: true });
    bench.time.advance(100);
    kitchen.say({ type: 'key', device: number, digit: '#', isDown: false });
    expect(keys).toEqual(['# 1', '# 0']);
    kitchen.say({ type: 'hangUp', device: number });
    expect(kitchen.take('call')).toMatchObject([{ state: 'none', ended: 'hungUp' }]);
  });

  it('has a number, rings, and hears the keys of the program', () => {
    const { bench, attic, kitchen, line, number } = twoPages();
    kitchen.say({ type: 'telephone', device: number, number: '12' });
    expect(kitchen.take('telephone')).toEqual([
      { type: 'telephone', device: number, number: '12' },
    ]);
    attic.say({ type: 'telephone', device: number, number: '12' });
    expect(attic.take('refused')).toEqual([
      {
        type: 'refused',
        code: 'numberTaken',
        message: 'The telephone number 12 is that of the page “kitchen”: choose another.',
      },
    ]);
    expect(attic.closedWith).toBe(undefined);
    line.setHook(1);
    line.dial('12');
    bench.time.advance(1_000);
    expect(kitchen.take('call')).toMatchObject([{ state: 'ringing' }]);
    expect(attic.take('line').at(-1)).toMatchObject({ use: 'inUse', lastNumberDialed: '12' });
    kitchen.say({ type: 'answer', device: number });
    expect(kitchen.take('call')).toMatchObject([{ state: 'up' }]);
    line.dial('9');
    bench.time.advance(1_000);
    expect(kitchen.take('key')).toEqual([
      { type: 'key', device: number, digit: '9', isDown: true },
      { type: 'key', device: number, digit: '9', isDown: false },
    ]);
    expect(attic.take('key')).toEqual([]);
    kitchen.say({ type: 'telephone', device: number, number: '' });
    expect(kitchen.take('telephone')).toMatchObject([{ number: '' }]);
  });

  it('hangs up when its connection is gone, however it ended', () => {
    const { attic, kitchen, line, number } = twoPages();
    const loops: number[] = [];
    line.onEvent(({ event, state }) => {
      if (event === 'PhoneLoop') loops.push(state);
    });
    for (const [page, end] of [
      [kitchen, () => kitchen.receiver?.closed()],
      [attic, () => attic.receiver?.text('nonsense')],
    ] as const) {
      page.say({ type: 'call', device: number });
      line.setHook(1);
      end();
      line.setHook(0);
    }
    expect(loops).toEqual([1, 0, 1, 0]);
  });
});

describe('on the line', () => {
  it('only the page of the call is heard, and everybody once it is over', () => {
    const { bench, attic, kitchen, line, number, phone } = twoPages();
    for (const page of [kitchen, attic]) {
      page.say({ type: 'speak', device: number, rateHz: RATE_HZ, channelCount: 1 });
    }
    /** Those whose microphones the gateway says are heard, having listened whether it is so. */
    const heard = () => {
      const who = bench.relay.speakers().map(({ isMuted }) => !isMuted);
      whistle(bench, 300, [kitchen, number, 1_000], [attic, number, 1_500]);
      expect(levelsDb(lastHeard(phone))).toEqual(who.map((isHeard) => (isHeard ? 0 : -60)));
      return who;
    };
    expect(heard()).toEqual([true, true]);
    kitchen.say({ type: 'call', device: number });
    expect(heard()).toEqual([false, true]);
    line.setHook(1);
    expect(heard()).toEqual([true, false]);
    kitchen.say({ type: 'hangUp', device: number });
    bench.time.advance(30_000);
    expect(heard()).toEqual([false, false]);
    line.setHook(0);
    expect(heard()).toEqual([true, true]);
    expect(bench.logged).toEqual([]);
  });

  it('a microphone that is opened during a call is not heard either', () => {
    const { bench, attic, kitchen, line, number, phone } = twoPages();
    kitchen.say({ type: 'call', device: number });
    line.setHook(1);
    attic.say({ type: 'speak', device: number, rateHz: RATE_HZ, channelCount: 1 });
    kitchen.say({ type: 'speak', device: number, rateHz: RATE_HZ, channelCount: 1 });
    whistle(bench, 300, [kitchen, number, 1_000], [attic, number, 1_500]);
    expect(levelsDb(lastHeard(phone))).toEqual([0, -60]);
  });

  it('a microphone falls silent within 20 ms of hanging up', () => {
    const { bench, kitchen, line, number, phone } = twoPages();
    kitchen.say({ type: 'speak', device: number, rateHz: RATE_HZ, channelCount: 1 });
    kitchen.say({ type: 'call', device: number });
    line.setHook(1);
    whistle(bench, 300, [kitchen, number, 1_000]);
    expect(levelsDb(lastHeard(phone))[0]).toBe(0);
    kitchen.say({ type: 'hangUp', device: number });
    line.setHook(0);
    kitchen.say({ type: 'unspeak', device: number });
    bench.time.advance(200);
    expect(lastHeard(phone, 180).every((sample) => sample === 0)).toBe(true);
  });
});

describe('pass-through', () => {
  it('joins a call with the local device: each end hears the other, and the program hears the caller', () => {
    const { bench, attic, kitchen, line, number, phone } = twoPages();
    const codec = bench.device('codec');
    const codecNumber = bench.numberOf('codec');
    const played = { phone: new Int16Array(80_000), codec: new Int16Array(80_000) };
    for (const device of [phone, codec]) {
      const into = played[device.name as keyof typeof played];
      device.addSink({
        played: ({ startFrame, samples }) => into.set(samples, startFrame),
        silent() {},
      });
    }
    kitchen.say({ type: 'call', device: number });
    line.setHook(1);
    phone.passThrough.change(1);
    kitchen.say({ type: 'speak', device: number, rateHz: RATE_HZ, channelCount: 1 });
    attic.say({ type: 'speak', device: codecNumber, rateHz: RATE_HZ, channelCount: 1 });
    whistle(bench, 600, [kitchen, number, 1_000], [attic, codecNumber, 1_500]);
    const lastPlayed = (device: VirtualDevice, samples: Int16Array) =>
      samples.subarray(device.nowFrame() - 1_000, device.nowFrame() - 200);
    expect(levelsDb(lastPlayed(codec, played.codec))).toEqual([0, -60]);
    expect(levelsDb(lastPlayed(phone, played.phone))).toEqual([-60, 0]);
    expect(levelsDb(lastHeard(phone))).toEqual([0, -60]);
  });
});
