// Playing through good networks and bad ones, on a made-up clock.
import { describe, expect, it } from 'vitest';
import { seededRandom, testSeed } from '#test/support/random';
import { SimulatedPlayback } from './simulated-playback.ts';

/** 5 ms of 48 kHz. */
const FADE_FRAMES = 240;

/** A tone that is loud and never jumps. */
const tone = (hz: number, rateHz: number) => (frame: number) =>
  Math.round(16_000 * Math.sin((2 * Math.PI * hz * frame) / rateHz));

/** A level as a mean, over the whole of what was run. */
function meanLevel(playback: SimulatedPlayback, ms: number): number {
  let sum = 0;
  let count = 0;
  playback.run(ms, () => {
    sum += playback.engine.bufferedMs;
    count += 1;
  });
  return sum / count;
}

describe('playing from a network without delay', () => {
  it('begins when 100 ms wait, and comes down to two frames without a dropout', () => {
    const playback = new SimulatedPlayback({ frameMs: 10 });
    playback.run(80);
    expect(playback.engine.phase).toBe('priming');
    playback.run(40);
    expect(playback.engine.phase).toBe('playing');
    playback.run(10_000);
    expect(playback.engine.targetMs).toBe(20);
    expect(Math.abs(meanLevel(playback, 1_000) - 20)).toBeLessThan(5);
    expect(playback.engine.underrunCount).toBe(0);
  });

  it('passes samples unchanged at equal rates without correction, but for the first fade', () => {
    const random = seededRandom(testSeed);
    const noise = Array.from({ length: 96_000 }, () => random(65_536) - 32_768);
    const playback = new SimulatedPlayback({
      ...{ correctsDrift: false, channelCount: 2, startTime: 2 ** 32 - 30_000 },
      sample: (frame, channel) => (channel === 0 ? (noise[frame] ?? 0) : -frame % 1_000),
      isSounding: (ms) => ms < 1_000,
    });
    playback.run(1_500);
    const left = playback.played.filter((_, i) => i % 2 === 0);
    const right = playback.played.filter((_, i) => i % 2 === 1);
    // The first sample is faded to nothing, so the sound begins up to two samples before the first that shows.
    const start = left.findIndex((_, i) => left[i + 1_000] === (noise[1_000] ?? 0) / 0x8000);
    const isWrong = (frame: number) =>
      left[start + frame] !== (noise[frame] ?? 0) / 0x8000 ||
      right[start + frame] !== (-frame % 1_000) / 0x8000;
    const frames = Array.from({ length: 48_000 - FADE_FRAMES }, (_, i) => FADE_FRAMES + i);
    expect(frames.filter(isWrong), `seed ${testSeed}`).toEqual([]);
    expect(left.slice(start + 48_000).every((sample) => sample === 0)).toBe(true);
    expect(playback.engine.phase).toBe('silent');
    expect(playback.engine.underrunCount).toBe(0);
  });
});

describe('playing through trouble', () => {
  it('rides out random delays of 0 to 80 ms', () => {
    const random = seededRandom(testSeed);
    const playback = new SimulatedPlayback({
      delayMs: () => random(80),
      sample: tone(440, 48_000),
    });
    playback.run(10_000);
    const before = playback.engine.underrunCount;
    playback.run(60_000);
    expect(playback.engine.underrunCount - before, `seed ${testSeed}`).toBe(0);
    expect(playback.engine.targetMs).toBeGreaterThan(80);
    expect(playback.engine.targetMs).toBeLessThan(130);
    const level = meanLevel(playback, 2_000);
    expect(Math.abs(level - playback.engine.targetMs)).toBeLessThan(8);
  });

  it('learns from each dropout where one frame in a hundred is late, and forgets when none is', () => {
    const random = seededRandom(testSeed);
    const playback = new SimulatedPlayback({
      frameMs: 10,
      delayMs: (ms) => (ms < 180_000 && random(100) === 0 ? 35 : 1),
      sample: tone(440, 48_000),
    });
    playback.run(60_000);
    const before = playback.engine.underrunCount;
    expect(before).toBeGreaterThan(0);
    playback.run(120_000);
    // 120 frames were late.
    expect(playback.engine.underrunCount - before, `seed ${testSeed}`).toBeLessThan(15);
    expect(playback.engine.targetMs).toBeLessThan(70);
    playback.run(180_000);
    expect(playback.engine.targetMs).toBe(20);
  });

  it.each([200, -200])('follows a sender whose clock is off by %i ppm, and says so', (driftPpm) => {
    const playback = new SimulatedPlayback({ driftPpm, sample: tone(440, 48_000) });
    playback.run(90_000);
    expect(playback.engine.driftPpm).toBeGreaterThan(driftPpm - 20);
    expect(playback.engine.driftPpm).toBeLessThan(driftPpm + 20);
    expect(Math.abs(meanLevel(playback, 30_000) - playback.engine.targetMs)).toBeLessThan(4);
    expect(playback.engine.underrunCount).toBe(0);
  });

  it('is back at its target soon after a stall of 1 s, which counts as one underrun', () => {
    const playback = new SimulatedPlayback({
      delayMs: (ms) => (ms > 20_000 && ms < 21_000 ? 21_000 - ms : 0),
    });
    playback.run(20_000);
    const before = meanLevel(playback, 10);
    playback.run(2_000);
    expect(playback.engine.underrunCount).toBe(1);
    playback.run(8_000);
    const after = meanLevel(playback, 2_000);
    expect(Math.abs(after - playback.engine.targetMs)).toBeLessThan(5);
    expect(after).toBeLessThan(before + 30);
    expect(playback.engine.underrunCount).toBe(1);
  });

  it('plays on after a gateway that starts anew, and forgets its clock', () => {
    const playback = new SimulatedPlayback({ sample: tone(440, 48_000) });
    playback.run(10_000);
    playback.restartGateway();
    playback.run(10_000);
    expect(playback.engine.phase).toBe('playing');
    expect(playback.engine.targetMs).toBe(40);
    expect(Math.abs(meanLevel(playback, 1_000) - 40)).toBeLessThan(6);
  });

  it('never clicks: no step is larger than a tone and a fade of 5 ms make', () => {
    const random = seededRandom(testSeed);
    const playback = new SimulatedPlayback({
      sample: tone(200, 48_000),
      delayMs: () => (random(100) === 0 ? 300 : random(10)),
    });
    playback.run(30_000);
    expect(playback.engine.underrunCount).toBeGreaterThan(0);
    const steps = playback.played.map((sample, i) =>
      Math.abs(sample - (playback.played[i - 1] ?? 0)),
    );
    const toneStep = (2 * Math.PI * 200) / 48_000 / 2;
    expect(steps.reduce((most, step) => Math.max(most, step), 0)).toBeLessThan(toneStep + 0.02);
  });

  it('keeps its latency for hours: what waits never grows', () => {
    const random = seededRandom(testSeed);
    const playback = new SimulatedPlayback({
      ...{ rateHz: 8_000, contextRateHz: 8_000, driftPpm: 100 },
      delayMs: () => (random(2_000) === 0 ? 700 : random(20)),
    });
    for (let minute = 0; minute < 10; minute++) {
      playback.run(60_000);
      playback.played.length = 0;
      expect(meanLevel(playback, 400), `seed ${testSeed}`).toBeLessThan(320);
    }
  });
});

describe('sounds that come and go', () => {
  it('plays a sound that is shorter than the buffer, whole, and without an underrun', () => {
    const playback = new SimulatedPlayback({
      ...{ correctsDrift: false, sample: () => 8_192, isSounding: (ms) => ms < 20 },
    });
    playback.run(200);
    expect(playback.played.filter((sample) => sample === 0.25).length).toBeGreaterThan(960 - 245);
    expect(playback.played.filter((sample) => sample !== 0).length).toBeLessThanOrEqual(960);
    expect(playback.engine.phase).toBe('silent');
    expect(playback.engine.underrunCount).toBe(0);
  });

  it('begins anew at its learned target after silence', () => {
    const playback = new SimulatedPlayback({
      sample: () => 8_192,
      isSounding: (ms) => ms < 5_000 || ms >= 10_000,
    });
    playback.run(9_000);
    expect(playback.engine.phase).toBe('silent');
    const silentFrames = playback.played.length;
    playback.run(2_000);
    const begun = playback.played.findIndex((sample, i) => i > silentFrames && sample !== 0);
    const latencyMs = (begun / 48_000) * 1000 - 10_000;
    expect(latencyMs).toBeGreaterThan(40);
    expect(latencyMs).toBeLessThan(75);
    expect(playback.engine.underrunCount).toBe(0);
  });
});

describe('playing at a prescribed moment', () => {
  it('starts within a sample of it, and stays within 1 ms though clocks drift', () => {
    // A click every 100 ms of the device's clock.
    const playback = new SimulatedPlayback({
      ...{ driftPpm: 150, sample: (frame: number) => (frame % 4_800 === 0 ? 20_000 : 0) },
    });
    playback.engine.syncOffsetMs = 200;
    playback.run(90_000);
    const clicks = Array.from(playback.played.keys()).filter(isPeak(playback.played));
    expect(clicks.length).toBeGreaterThan(880);
    const errorsMs = clicks.map((frame) => ((frame / 48 + 50) % 100) - 50);
    expect(Math.abs(errorsMs[0] ?? 50)).toBeLessThan(0.03);
    expect(Math.max(...errorsMs.map(Math.abs))).toBeLessThan(1);
    expect(playback.engine.underrunCount).toBe(0);
  });

  it('passes over what is too old, and waits where it is too early', () => {
    const playback = new SimulatedPlayback({
      sample: (frame) => (frame % 4_800 === 0 ? 20_000 : 0),
    });
    playback.engine.syncOffsetMs = 300;
    playback.run(3_000);
    playback.engine.syncOffsetMs = 130;
    playback.run(3_000);
    playback.engine.syncOffsetMs = 460;
    const moved = playback.played.length;
    playback.run(6_000);
    const clicks = Array.from(playback.played.keys()).filter(isPeak(playback.played));
    const errorMs = (frame: number, offsetMs: number) => ((frame / 48 - offsetMs + 150) % 100) - 50;
    const before = clicks.filter((frame) => frame > moved - 96_000 && frame < moved);
    const after = clicks.filter((frame) => frame > moved + 96_000);
    expect(Math.max(...before.map((frame) => Math.abs(errorMs(frame, 30))))).toBeLessThan(1);
    expect(Math.max(...after.map((frame) => Math.abs(errorMs(frame, 60))))).toBeLessThan(1);
  });
});

function isPeak(samples: readonly number[]): (at: number) => boolean {
  const at = (i: number) => samples[i] ?? 0;
  return (i) => at(i) > 0.3 && at(i) > at(i - 1) && at(i) >= at(i + 1);
}
