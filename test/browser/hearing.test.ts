// What a real browser makes of the frames of a relay: what left its playback worklet, sample by sample.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seededRandom, testSeed } from '#test/support/random';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing, pause, ScriptedGateway } from './scripted-gateway.ts';

describeInChromium('hearing', () => {
  let browser: Browser;
  let page: Page;
  let gateway: ScriptedGateway;

  beforeAll(async () => {
    const { buildLibrary }: { buildLibrary(): Promise<number> } = await import(
      path.resolve(import.meta.dirname, '../../scripts/lib/build.mjs')
    );
    expect(await buildLibrary()).toBe(0);
    browser = await launchChromium();
  });

  afterEach(async () => {
    await page.close();
    await gateway.close();
  });

  afterAll(() => browser?.close());

  async function open(isIsolated: boolean): Promise<number> {
    gateway = new ScriptedGateway({ isIsolated });
    const port = await gateway.start();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction('globalThis.isReady');
    return page.evaluate<number>('contextRateHz');
  }

  async function played(index = 0): Promise<Float32Array> {
    const bytes = Buffer.from(await page.evaluate<string>(`played(${index})`), 'base64');
    return new Float32Array(new Uint8Array(bytes).buffer);
  }

  const channelOf = (samples: Float32Array, channel: number) =>
    samples.filter((_, i) => i % 2 === channel);

  it.each([
    [true, 'shared memory'],
    [false, 'transferred buffers'],
  ])(
    'passes each sample unchanged at equal rates, left to the left (isolated: %s, by %s)',
    async (isIsolated) => {
      const rateHz = await open(isIsolated);
      expect(await page.evaluate('crossOriginIsolated')).toBe(isIsolated);
      const device = listing(0, rateHz, 2);
      gateway.devices = [device];
      gateway.send({ type: 'devices', devices: [device] });
      await page.evaluate('play(0, { correctsDrift: false })');
      await gateway.hears('listen');
      await page.waitForFunction('players[0].states.at(-1) === "silent"');
      const random = seededRandom(testSeed);
      const frameCount = rateHz * 2;
      const sound = new Int16Array(frameCount * 2);
      for (let i = 0; i < frameCount; i++) {
        sound[2 * i] = random(65_536) - 32_768;
        sound[2 * i + 1] = Math.round(12_000 * Math.sin((2 * Math.PI * 1_000 * i) / rateHz));
      }
      await gateway.play(device, sound);
      await page.waitForFunction('players[0].states.at(-1) === "silent"');
      await pause(200);
      const samples = await played();
      const left = channelOf(samples, 0);
      const right = channelOf(samples, 1);
      const probe = Math.round(rateHz / 10);
      const same = (a: number | undefined, b: number | undefined) => a === (b ?? 0) / 0x8000;
      const at = left.findIndex(
        (sample, i) =>
          same(sample, sound[2 * probe]) && same(left[i + 1], sound[2 * probe + 2]) && i >= probe,
      );
      const start = at - probe;
      const fadeFrames = Math.ceil(rateHz * 0.005);
      let wrongCount = at < 0 ? frameCount : 0;
      for (let i = fadeFrames; i < frameCount; i++) {
        if (!same(left[start + i], sound[2 * i])) wrongCount += 1;
        if (!same(right[start + i], sound[2 * i + 1])) wrongCount += 1;
      }
      expect(wrongCount, `seed ${testSeed}`).toBe(0);
      const reports = await page.evaluate<{ underrunCount: number }[]>('players[0].reports');
      expect(reports.at(-1)?.underrunCount).toBe(0);
    },
  );
});
