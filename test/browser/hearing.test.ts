// What a real browser makes of the frames of a relay: what left its playback worklet, sample by sample.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { fitTone } from '#test/shared/audio/tone-fit';
import { seededRandom, testSeed } from '#test/support/random';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing, pause } from './scripted-gateway.ts';
import {
  buildLibrary,
  channelOf,
  openSoundPage,
  playedOn,
  playOn,
  type SoundPage,
} from './sound-pages.ts';

interface Report {
  readonly bufferMs: number;
  readonly targetMs: number;
  readonly underrunCount: number;
}

const makings = [
  { isIsolated: true, making: 'shared memory' },
  { isIsolated: false, making: 'transferred buffers' },
];

function sine(hz: number, rateHz: number, frameCount: number, amplitude = 12_000): Int16Array {
  return Int16Array.from({ length: frameCount }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)),
  );
}

describeInChromium('hearing', () => {
  let browser: Browser;
  let opened: SoundPage;

  beforeAll(async () => {
    await buildLibrary();
    browser = await launchChromium();
  });

  afterEach(async () => {
    await opened.page.close();
    await opened.gateway.close();
  });

  afterAll(() => browser?.close());

  const lastReport = () => opened.page.evaluate<Report>('players[0].reports.at(-1)');
  const isSilent = () => opened.page.waitForFunction('players[0].states.at(-1) === "silent"');

  // A machine that stalls for longer than the buffer tears the sound, which is then not this test's business.
  it.each(makings)(
    'passes each sample unchanged at equal rates by $making, left to the left',
    { retry: 2 },
    async ({ isIsolated }) => {
      opened = await openSoundPage(browser, { isIsolated });
      const { page, gateway, contextRateHz: rateHz } = opened;
      expect(await page.evaluate('crossOriginIsolated')).toBe(isIsolated);
      const device = listing(0, rateHz, 2);
      await playOn(opened, device, { correctsDrift: false });
      const random = seededRandom(testSeed);
      const frameCount = rateHz * 2;
      const right = sine(1_000, rateHz, frameCount);
      const sound = Int16Array.from({ length: frameCount * 2 }, (_, i) =>
        i % 2 === 0 ? random(65_536) - 32_768 : (right[(i - 1) / 2] ?? 0),
      );
      // A lead fills the buffer, for machines that stall now and then.
      await gateway.play(device, sound, { leadMs: 80 });
      await isSilent();
      await pause(200);
      const samples = await playedOn(page);
      const probe = 2 * Math.round(rateHz / 10);
      const isSame = (at: number, i: number) => samples[at + i] === (sound[i] ?? 0) / 0x8000;
      const start = samples.findIndex((_, i) => isSame(i, probe) && isSame(i, probe + 2));
      expect(start).toBeGreaterThanOrEqual(0);
      const faded = 2 * Math.ceil(rateHz * 0.005);
      const wrong = Array.from(sound.keys()).filter((i) => i >= faded && !isSame(start, i));
      expect(wrong, `seed ${testSeed}`).toEqual([]);
      expect(await lastReport()).toMatchObject({ underrunCount: 0 });
      expect(await page.evaluate('players[0].frameCount')).toBe(
        frameCount - (frameCount % (rateHz / 50)),
      );
    },
  );

  it.each([
    [8_000, 1, 1_000],
    [48_000, 2, 1_000],
    [48_000, 2, 10_000],
  ])(
    'resamples %i Hz in %i channels so that a tone of %i Hz stays 80 dB clean',
    async (rateHz, channelCount, hz) => {
      opened = await openSoundPage(browser);
      const { page, gateway, contextRateHz } = opened;
      const device = listing(3, rateHz, channelCount);
      await playOn(opened, device, { correctsDrift: rateHz === contextRateHz });
      const mono = sine(hz, rateHz, rateHz * 2, 30_000);
      // The other channel has another tone, which would show in the first if they mixed.
      const other = sine(hz / 2, rateHz, rateHz * 2, 30_000);
      const sound = Int16Array.from({ length: mono.length * channelCount }, (_, i) => {
        const source = i % channelCount === 0 ? mono : other;
        return source[Math.floor(i / channelCount)] ?? 0;
      });
      await gateway.play(device, sound);
      await isSilent();
      const left = channelOf(await playedOn(page), 0, channelCount);
      const start = left.findIndex((sample) => sample !== 0);
      const middle = left.subarray(start + contextRateHz / 2, start + 1.5 * contextRateHz);
      const fit = fitTone(middle, hz, contextRateHz);
      expect(fit.snrDb).toBeGreaterThan(80);
      expect(fit.levelDb).toBeCloseTo(20 * Math.log10(30_000 / 0x8000), 1);
    },
  );

  it('comes down to a buffer of about 40 ms where nothing is late', async () => {
    opened = await openSoundPage(browser);
    const { page, gateway } = opened;
    const device = listing(0, 48_000, 2);
    await playOn(opened, device, { frameMs: 10 });
    await gateway.play(device, sine(440, 48_000, 2 * 48_000 * 10), { frameMs: 10 });
    const reports = await page.evaluate<Report[]>('players[0].reports');
    // A busy machine may tear it once; what counts is that the level comes down to what is wanted.
    const settled = reports.filter(
      ({ bufferMs, targetMs }) => targetMs < 70 && Math.abs(bufferMs - targetMs) < 10,
    );
    expect(settled.length).toBeGreaterThan(4);
  });

  it('says how loud it is and what it plays, only to those who ask', async () => {
    opened = await openSoundPage(browser);
    const { page, gateway } = opened;
    const device = listing(0, 48_000, 1);
    await playOn(opened, device);
    await page.evaluate(`{
      globalThis.levels = []; globalThis.samples = [];
      globalThis.ends = [players[0].player.onLevel((level) => levels.push(level)),
        players[0].player.onSamples((each) => samples.push(each.length))];
    }`);
    await gateway.play(device, sine(440, 48_000, 48_000, 16_384));
    const levels = await page.evaluate<{ peak: number; rms: number }[]>('levels');
    const loudest = levels.reduce((most, level) => (level.rms > most.rms ? level : most));
    expect(loudest.peak).toBeCloseTo(0.5, 2);
    expect(loudest.rms).toBeCloseTo(0.5 / Math.SQRT2, 2);
    expect(await page.evaluate('samples.length')).toBeGreaterThan(30);
    await page.evaluate('ends.forEach((end) => end()); levels.length = 0; null');
    await pause(200);
    const count = await page.evaluate<number>('levels.length');
    await pause(200);
    expect(await page.evaluate('levels.length')).toBe(count);
  });

  it('plays on a page that is not secure, where there are no worklets', async () => {
    const insecure = await launchChromium({
      args: ['--host-resolver-rules=MAP lab.test 127.0.0.1'],
    });
    opened = await openSoundPage(insecure, { host: 'lab.test' });
    const { page, gateway } = opened;
    expect(await page.evaluate('isSecureContext')).toBe(false);
    const device = listing(0, 48_000, 2);
    await playOn(opened, device);
    const right = sine(1_000, 48_000, 48_000);
    await gateway.play(
      device,
      Int16Array.from({ length: 96_000 }, (_, i) => (i % 2) * (right[i >> 1] ?? 0)),
    );
    const samples = await playedOn(page);
    const silence = channelOf(samples, 0, 2);
    expect(silence.every((sample) => sample === 0)).toBe(true);
    const loudest = channelOf(samples, 1, 2).reduce((most, each) => Math.max(most, each), 0);
    expect(loudest).toBeCloseTo(12_000 / 0x8000, 2);
    await insecure.close();
  });

  it('comes back by itself when the gateway does, and goes on listening', async () => {
    opened = await openSoundPage(browser);
    const { page, gateway } = opened;
    const device = listing(0, 48_000, 1);
    await playOn(opened, device);
    gateway.closeRelay();
    await page.waitForFunction('players[0].states.at(-1) === "waiting"');
    gateway.heardMessages.length = 0;
    gateway.openRelay();
    await gateway.hears('listen');
    await isSilent();
    await gateway.play(device, sine(440, 48_000, 24_000));
    const samples = await playedOn(page);
    expect(samples.some((sample) => sample > 0.3)).toBe(true);
  });

  it('plays the same frame at the same moment on two pages', async () => {
    opened = await openSoundPage(browser);
    const { page, gateway, port, contextRateHz } = opened;
    const device = listing(0, 48_000, 1);
    const other = await browser.newPage();
    await other.goto(`http://127.0.0.1:${port}/`);
    await other.waitForFunction('globalThis.isReady');
    await playOn(opened, device, { isSynchronous: true });
    await playOn({ page: other, gateway }, device, { isSynchronous: true });
    // A click a second.
    const clicks = new Int16Array(48_000 * 12);
    for (let i = 24_000; i < clicks.length; i += 48_000) clicks[i] = 30_000;
    await gateway.play(device, clicks);
    const moments = await Promise.all(
      [page, other].map((each) => each.evaluate<number[]>('clickMoments(0)')),
    );
    const pairs = (moments[0] ?? []).slice(-5).map((moment) => {
      const nearest = (moments[1] ?? []).map((each) => each - moment);
      return nearest.reduce((best, each) => (Math.abs(each) < Math.abs(best) ? each : best), 1e9);
    });
    await other.close();
    expect(contextRateHz).toBeGreaterThan(0);
    expect(pairs).toHaveLength(5);
    expect(Math.max(...pairs.map(Math.abs))).toBeLessThan(2);
  });
});
