// Several clients at one device, in both byte orders: every sample that comes out is accounted for.
import { describe, expect, it } from 'vitest';
import { compress14, expand14 } from '#test/shared/audio/mulaw-reference';
import { createTestServer } from '#test/support/dispatch';
import { seededRandom } from '#test/support/random';
import { differenceOf } from '#test/support/same-samples';
import { bytesOf16, muLawNoise, noise16, samplesOf16 } from '#test/support/sounds';
import { TestClient } from '#test/support/test-client';

const CODEC = 1;
const HIFI = 2;
const LEFT = 3;
const RIGHT = 4;
const LIN16 = { encoding: 2 };
const STEREO = { encoding: 2, channelCount: 2 };
const PREEMPT = { preemption: 1 };

function clip(sum: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, sum));
}

function createPair() {
  const server = createTestServer();
  const little = new TestClient(server);
  const big = new TestClient(server, { littleEndian: false });
  return { server, little, big };
}

describe('two clients of different byte orders', () => {
  it('mix: each sample is the sum, clipped once', () => {
    const { server, little, big } = createPair();
    const one = noise16(40_000, 31);
    const two = noise16(40_000, 32);
    const three = noise16(40_000, 33);
    const [a, b] = [little.createContext(HIFI), big.createContext(HIFI)];
    little.play(a, 1_000, bytesOf16(one.subarray(0, 30_000)), STEREO);
    big.play(b, 1_000, bytesOf16(two.subarray(0, 30_000), true), {
      ...STEREO,
      bigEndianSamples: true,
    });
    // The byte order of samples is not that of the connection.
    big.play(b, 16_000, bytesOf16(two.subarray(30_000)), STEREO);
    little.play(a, 16_000, bytesOf16(one.subarray(30_000), true), {
      ...STEREO,
      bigEndianSamples: true,
    });
    for (const at of [0, 20_000]) {
      const bytes = bytesOf16(three.subarray(at, at + 20_000));
      little.play(a, 1_000 + at / 2, bytes, STEREO);
    }
    server.time.advance(1_000);
    big.receiveAll();
    const heard = samplesOf16(big.recorded(b, 1_000, 80_000, STEREO).samples);
    const expected = one.map((sample, at) =>
      clip(sample + (two[at] as number) + (three[at] as number)),
    );
    expect(differenceOf(heard, expected)).toBeUndefined();
  });

  it('mix in mu-law as the reference tables do', () => {
    const { server, little, big } = createPair();
    const random = seededRandom(34);
    // Quiet enough never to clip: there the sum is kept, and clipped on its way out only.
    const quiet = () => {
      const code = 0x10 + random(0x6f);
      return random(2) === 0 ? code : code | 0x80;
    };
    const one = Uint8Array.from({ length: 8_000 }, quiet);
    const two = Uint8Array.from({ length: 8_000 }, quiet);
    little.play(little.createContext(CODEC), 500, one);
    big.play(big.createContext(CODEC), 500, two);
    server.time.advance(2_000);
    big.reply('PlaySamples');
    const monitor = big.createContext(CODEC);
    const expected = one.map((code, at) =>
      compress14(Math.max(-8_192, Math.min(8_191, expand14(code) + expand14(two[at] as number)))),
    );
    expect(differenceOf(big.recorded(monitor, 500, 8_000).samples, expected)).toBeUndefined();
  });

  it('preempt: later sound replaces, only where it lies, and more can be mixed on top', () => {
    const { server, little, big } = createPair();
    const background = noise16(20_000, 35, 9_000);
    const instead = noise16(6_000, 36, 9_000);
    const onTop = noise16(4_000, 37, 9_000);
    const [a, b] = [little.createContext(LEFT), big.createContext(LEFT, PREEMPT)];
    little.play(a, 0, bytesOf16(background), LIN16);
    big.play(b, 7_000, bytesOf16(instead), LIN16);
    little.play(a, 9_000, bytesOf16(onTop), LIN16);
    server.time.advance(1_000);
    little.receiveAll();
    const expected = background.slice();
    expected.set(instead, 7_000);
    onTop.forEach((sample, at) => {
      expected[9_000 + at] = (expected[9_000 + at] as number) + sample;
    });
    const heard = samplesOf16(little.recorded(a, 0, 40_000, LIN16).samples);
    expect(differenceOf(heard, expected)).toBeUndefined();
  });

  it('share one interface by its channels', () => {
    const { server, little, big } = createPair();
    const both = noise16(20_000, 38, 9_000);
    const left = noise16(6_000, 39, 9_000);
    const right = noise16(6_000, 40, 9_000);
    const whole = little.createContext(HIFI);
    const [l, r] = [little.createContext(LEFT), big.createContext(RIGHT, PREEMPT)];
    little.play(whole, 0, bytesOf16(both), STEREO);
    little.play(l, 2_000, bytesOf16(left), LIN16);
    big.play(r, 3_000, bytesOf16(right), LIN16);
    server.time.advance(1_000);
    little.receiveAll();
    big.receiveAll();
    const expected = both.slice();
    left.forEach((sample, at) => {
      const to = 2 * (2_000 + at);
      expected[to] = (expected[to] as number) + sample;
    });
    right.forEach((sample, at) => {
      expected[2 * (3_000 + at) + 1] = sample;
    });
    const heard = samplesOf16(big.recorded(whole, 0, 40_000, STEREO).samples);
    expect(differenceOf(heard, expected)).toBeUndefined();
    const channel = (first: number) => expected.filter((_, at) => at % 2 === first);
    const leftHeard = samplesOf16(big.recorded(l, 0, 20_000, LIN16).samples);
    const rightHeard = samplesOf16(little.recorded(r, 0, 20_000, LIN16).samples);
    expect(differenceOf(leftHeard, channel(0))).toBeUndefined();
    expect(differenceOf(rightHeard, channel(1))).toBeUndefined();
    expect(little.time(l)).toBe(big.time(whole));
  });

  it('apply their gains to their own sound only', () => {
    const { server, little, big } = createPair();
    const one = noise16(8_000, 41, 4_000);
    const two = noise16(8_000, 42, 4_000);
    const louder = little.createContext(LEFT, { playGainDb: 6 });
    const plain = big.createContext(LEFT);
    little.play(louder, 0, bytesOf16(one), LIN16);
    big.play(plain, 0, bytesOf16(two), LIN16);
    server.time.advance(1_000);
    little.receiveAll();
    big.receiveAll();
    const factor = 10 ** (6 / 20);
    const expected = one.map((sample, at) => Math.trunc(sample * factor) + (two[at] as number));
    const heard = samplesOf16(big.recorded(plain, 0, 16_000, LIN16).samples);
    expect(differenceOf(heard, expected)).toBeUndefined();
    const quieter = big.createContext(LEFT, { recordGainDb: -20 });
    const quiet = samplesOf16(big.recorded(quieter, 0, 16_000, LIN16).samples);
    expect(
      differenceOf(
        quiet,
        expected.map((sample) => Math.trunc(sample * 0.1)),
      ),
    ).toBeUndefined();
  });
});

describe('a client that streams for three days', () => {
  const DAY_SECONDS = 24 * 3_600;
  const PERIOD_SECONDS = 120;

  it('loses no sample, and its device does not drift', () => {
    const server = createTestServer();
    const startMs = server.time.nowMs();
    // Not a round time, and one at which fractions of milliseconds add up.
    server.time.advance(123.456);
    const client = new TestClient(server);
    const listener = new TestClient(server, { littleEndian: false });
    const context = client.createContext(CODEC);
    const monitor = listener.createContext(CODEC);
    const second = muLawNoise(8_000, 43);
    let next = client.time(context) + 4_000;
    let lost = 0;
    for (let seconds = 0; seconds < 3 * DAY_SECONDS; seconds += PERIOD_SECONDS) {
      // Of each two minutes three seconds are streamed; the rest of the time just passes.
      const first = next;
      for (let count = 0; count < 3; count += 1) {
        const sequence = client.play(context, next, second);
        server.time.advance(1_000);
        const { time } = client.reply('PlaySamples', sequence);
        expect((next - time) | 0).toBeGreaterThan(0);
        next = (next + 8_000) >>> 0;
      }
      server.time.advance(500);
      const heard = listener.recorded(monitor, first, 24_000).samples;
      for (const at of [0, 8_000, 16_000]) {
        if (differenceOf(heard.subarray(at, at + 8_000), second)) lost += 1;
      }
      server.time.advance(1_000 * PERIOD_SECONDS - 3_500);
      next = (first + 8_000 * PERIOD_SECONDS) >>> 0;
    }
    expect(lost).toBe(0);
    const elapsedMs = server.time.nowMs() - startMs;
    expect(elapsedMs).toBeGreaterThan(1_000 * 3 * DAY_SECONDS);
    expect(client.time(context)).toBe(Math.floor(8 * elapsedMs + 1e-3) % 2 ** 32);
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.errors).toEqual([]);
  });
});
