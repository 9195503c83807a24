// What a program records of a page's microphone, whatever its clock and its way here are like.
import { describe, expect, it } from 'vitest';
import type { VirtualDevice } from '#server/devices/index';
import { deviceBench } from '#test/server/devices/device-setup';
import { fitTone, rmsDb } from '#test/shared/audio/tone-fit';
import { seededRandom } from '#test/support/random';
import { FakeMicrophone, type FakeMicrophoneOptions } from './fake-microphone.ts';

const AMPLITUDE = 10_000;

function tone(frequencyHz: number) {
  return (seconds: number) => AMPLITUDE * Math.sin(2 * Math.PI * frequencyHz * seconds);
}

function spokenOn(name: string, options: Partial<FakeMicrophoneOptions> = {}) {
  const { device, time } = deviceBench();
  const target = device(name);
  const microphone = new FakeMicrophone({
    device: target,
    time,
    rateHz: 44_100,
    sound: tone(500),
    ...options,
  });
  return { device: target, time, microphone };
}

/** Channel 0 of the last `seconds` that the device heard. */
function heard(device: VirtualDevice, seconds: number): Int16Array {
  const frameCount = Math.round(seconds * device.rateHz);
  const output = new Int16Array(frameCount * device.channelCount);
  device.record(device.nowFrame() - frameCount, output, frameCount);
  return output.filter((_, i) => i % device.channelCount === 0);
}

/** The worst of all windows of 20 ms. */
function worstFit(samples: Int16Array, frequencyHz: number, rateHz: number) {
  const windowFrames = rateHz / 50;
  let snrDb = Number.POSITIVE_INFINITY;
  let levelErrorDb = 0;
  for (let at = 0; at + windowFrames <= samples.length; at += windowFrames) {
    const fit = fitTone(samples.subarray(at, at + windowFrames), frequencyHz, rateHz);
    snrDb = Math.min(snrDb, fit.snrDb);
    const errorDb = Math.abs(fit.levelDb - 20 * Math.log10(AMPLITUDE));
    levelErrorDb = Math.max(levelErrorDb, errorDb);
  }
  return { snrDb, levelErrorDb };
}

/** Neither silence nor clicks in it: every 20 ms are as loud as the tone, and no step is larger than its own. */
function expectUnbroken(samples: Int16Array): void {
  for (let at = 0; at + 960 <= samples.length; at += 960) {
    const levelDb = rmsDb(samples.subarray(at, at + 960));
    expect(Math.abs(levelDb - 20 * Math.log10(AMPLITUDE / Math.SQRT2))).toBeLessThan(0.5);
  }
  expect(largestStep(samples)).toBeLessThan(700);
}

function largestStep(samples: Int16Array): number {
  return samples.reduce(
    (most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - (samples[i - 1] ?? 0))),
    0,
  );
}

describe('a microphone', () => {
  it.each([
    ['hifi', 44_100, 1],
    ['hifi', 48_000, 2],
    ['codec', 48_000, 1],
    ['codec', 16_000, 2],
    ['left', 96_000, 4],
  ])(
    'is heard on %s from %s Hz and %s channels, at its pitch and level',
    (name, rateHz, channelCount) => {
      const { device, microphone } = spokenOn(name, { rateHz, channelCount });
      microphone.speakFor(3_000);
      const fit = worstFit(heard(device, 2), 500, device.rateHz);
      expect(fit.snrDb).toBeGreaterThan(45);
      expect(fit.levelErrorDb).toBeLessThan(0.1);
      expect(microphone.speaker.lateFrameCount).toBe(0);
    },
  );

  it.each([200, -200, 1_000])(
    'is heard without a gap though its clock is off by %s ppm',
    (driftPpm) => {
      const { device, microphone } = spokenOn('hifi', { driftPpm, frameMs: 20 });
      const frequencyHz = 500 * (1 + driftPpm / 1e6);
      for (let second = 0; second < 120; second += 3) {
        microphone.speakFor(3_000);
        expect(worstFit(heard(device, 2), frequencyHz, 48_000).snrDb).toBeGreaterThan(35);
        const { headroomMs } = microphone.speaker;
        expect(headroomMs).toBeGreaterThan(15);
        expect(headroomMs).toBeLessThan(70);
      }
      expect(microphone.speaker.lateFrameCount).toBe(0);
    },
  );

  it('is heard without a gap over a way that delays by up to 40 ms', () => {
    const random = seededRandom(7);
    const { device, microphone } = spokenOn('hifi', { delayMs: () => random(40_000) / 1_000 });
    for (let second = 0; second < 30; second += 3) {
      microphone.speakFor(3_000);
      expectUnbroken(heard(device, 2));
    }
  });

  it('learns a longer way after some gaps, and needs less again when the way is good', () => {
    const random = seededRandom(8);
    let worstMs = 150;
    const { device, microphone } = spokenOn('hifi', {
      delayMs: () => random(worstMs * 1_000) / 1_000,
    });
    microphone.speakFor(20_000);
    const { lateFrameCount } = microphone.speaker;
    expect(microphone.speaker.targetMs).toBeGreaterThan(100);
    microphone.speakFor(3_000);
    expectUnbroken(heard(device, 2));
    worstMs = 5;
    microphone.speakFor(120_000);
    expect(microphone.speaker.targetMs).toBeLessThan(110);
    expect(microphone.speaker.lateFrameCount).toBeLessThan(lateFrameCount + 20);
  });

  it.each([30, -30])('is heard without a gap where its way becomes %s ms longer', (stepMs) => {
    const { device, microphone } = spokenOn('hifi', {
      ...{ frameMs: 20, rateHz: 44_100 },
      delayMs: (n) => 30 + (n % 2) * 10 + (n >= 300 ? stepMs : 0),
    });
    microphone.speakFor(4_000);
    for (let second = 4; second < 16; second += 4) {
      microphone.speakFor(4_000);
      expectUnbroken(heard(device, 4));
    }
    expect(microphone.speaker.gapCount).toBe(0);
  });

  it.each([50, 80, 100, 250])(
    'is torn for an instant where its way becomes %i ms longer at once, and not again',
    (stepMs) => {
      const { device, microphone } = spokenOn('hifi', {
        ...{ frameMs: 20, rateHz: 44_100 },
        delayMs: (n) => (n % 2) * 10 + (n >= 300 ? stepMs : 0),
      });
      microphone.speakFor(7_000);
      const silent = heard(device, 1.2).filter((sample) => Math.abs(sample) < 50).length / 48;
      expect(silent).toBeLessThan(60 + 1.5 * stepMs);
      expect(microphone.speaker.gapCount).toBeLessThanOrEqual(3);
      const { gapCount } = microphone.speaker;
      for (let second = 7; second < 15; second += 4) {
        microphone.speakFor(4_000);
        expectUnbroken(heard(device, 3.8));
      }
      expect(microphone.speaker.gapCount).toBe(gapCount);
    },
  );

  it('leaves silence with soft edges where frames are lost', () => {
    const { device, microphone } = spokenOn('hifi', { isLost: (n) => n === 150 || n === 151 });
    microphone.speakFor(2_000);
    const samples = heard(device, 1);
    // 20 ms and two fades of 5 ms.
    const silent = samples.filter((sample) => Math.abs(sample) < 50).length;
    expect(silent).toBeGreaterThan(900);
    expect(silent).toBeLessThan(1_800);
    // The tone's own steps are 654.
    expect(largestStep(samples)).toBeLessThan(700);
    expect(microphone.speaker.lostFrameCount).toBe(1);
  });

  it('goes on after a stall of a second, live and at the same delay', () => {
    const { device, microphone } = spokenOn('hifi', {
      delayMs: (n) => (n >= 300 && n < 400 ? 1_000 - 10 * (n - 300) : 0),
    });
    microphone.speakFor(3_000);
    const before = microphone.speaker.headroomMs;
    microphone.speakFor(12_000);
    expectUnbroken(heard(device, 4));
    expect(microphone.speaker.headroomMs).toBeLessThan(before + 300);
  });

  it('that pauses and goes on is heard again at once, with soft edges', () => {
    const { device, microphone } = spokenOn('hifi');
    microphone.speakFor(1_000);
    microphone.pauseFor(2_000);
    microphone.speakFor(1_000);
    const samples = heard(device, 4);
    expect(largestStep(samples)).toBeLessThan(700);
    expectUnbroken(samples.subarray(-24_000));
  });

  it('that vanishes is silent within 20 ms, and softly so', () => {
    const { device, time, microphone } = spokenOn('hifi');
    microphone.speakFor(1_000);
    const endFrame = device.nowFrame();
    microphone.speaker.close();
    microphone.speaker.close();
    time.advance(500);
    const samples = new Int16Array(2 * 24_000);
    device.record(endFrame, samples, 24_000);
    const left = samples.filter((_, i) => i % 2 === 0);
    expect(left.subarray(960).every((sample) => sample === 0)).toBe(true);
    expect(left.subarray(0, 240).some((sample) => Math.abs(sample) > 5_000)).toBe(true);
    expect(largestStep(left)).toBeLessThan(1_000);
    expect(time.pendingTimerCount).toBe(0);
  });

  it('is mixed with the other microphones of its device', () => {
    const { device, time, microphone } = spokenOn('hifi');
    const other = new FakeMicrophone({ device, time, rateHz: 48_000, sound: () => 1_000 });
    // The two take turns of 10 ms, because each lets time pass.
    for (let i = 0; i < 200; i++) {
      microphone.speakFor(10);
      other.pauseFor(0);
    }
    expect(other.speaker.lateFrameCount).toBe(0);
    expect(worstFit(heard(device, 1), 500, 48_000).snrDb).toBeGreaterThan(40);
  });

  it('may not send other samples than it announced, nor too many at once', () => {
    const { microphone } = spokenOn('hifi');
    const header = {
      kind: 'heard',
      flags: 0,
      device: 0,
      encoding: 'LIN16',
      channelCount: 1,
      frameCount: 1,
      sequence: 0,
      startTime: 0 as never,
      senderMicroseconds: 0,
    } as const;
    const send = (changed: object, sampleCount = 1) =>
      microphone.speaker.hear({
        header: { ...header, frameCount: sampleCount, ...changed },
        samples: new Uint8Array(2 * sampleCount),
      });
    expect(() => send({ channelCount: 2 })).toThrow('other samples than it announced');
    expect(() => send({ encoding: 'MU255' })).toThrow('other samples than it announced');
    expect(() => send({}, 4_411)).toThrow('more than 100 ms');
    expect(() => send({}, 0)).not.toThrow();
  });
});
