// What comes from a page's microphone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { lin16Codec } from '#shared/audio/encodings/linear';
import { fitTone } from '#test/shared/audio/tone-fit';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing, pause, type ScriptedGateway } from './scripted-gateway.ts';
import { buildLibrary, channelOf, openSoundPage } from './sound-pages.ts';
import { writeToneFile } from './tone-file.ts';

const TONE_HZ = 440;
const AMPLITUDE = 10_000;

describeInChromium('speaking', () => {
  let folder: string;
  let browser: Browser;
  let gateway: ScriptedGateway;
  let page: Page;

  beforeAll(async () => {
    await buildLibrary();
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-speaking-'));
    const file = await writeToneFile(folder, { hz: TONE_HZ, amplitude: AMPLITUDE, seconds: 30 });
    browser = await launchChromium({ args: [`--use-file-for-fake-audio-capture=${file}`] });
  });

  // A retry has a microphone and frames of its own.
  beforeEach(async () => {
    ({ page, gateway } = await openSoundPage(browser, { devices: [listing(1, 8_000, 1)] }));
  });

  afterEach(async () => {
    await page.close();
    await gateway.close();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('sends what the microphone hears, clean and without a gap', async () => {
    await page.waitForFunction('relay.devices.length > 0');
    await page.evaluate('speak(1)');
    const { rateHz, channelCount, device } = await gateway.hears('speak');
    expect(device).toBe(1);
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    await pause(5_000);
    await page.evaluate('microphone.stop()');
    await gateway.hears('unspeak');
    const frames = gateway.heardFrames.slice();
    expect(frames.length).toBeGreaterThan(200);
    const starts = frames.map(({ header }) => header.startTime);
    const frameCount = rateHz / 50;
    expect(starts).toEqual(starts.map((_, i) => i * frameCount));
    expect(frames.map(({ header }) => header.sequence)).toEqual(Array.from(frames.keys()));
    expect(frames.filter(({ header }) => header.flags !== 0)).toHaveLength(1);
    expect(frames[0]?.header).toMatchObject({
      ...{ kind: 'heard', encoding: 'LIN16', channelCount, frameCount, device: 1 },
    });
    const samples = new Int16Array(frames.length * frameCount * channelCount);
    const decoder = lin16Codec.createDecoder(channelCount);
    for (const [i, frame] of frames.entries()) {
      decoder.decode(frame.samples, samples.subarray(i * frameCount * channelCount), false);
    }
    const left = channelOf(samples, 0, channelCount);
    // After the first second; the last one is there in any case.
    const fit = fitTone(left.subarray(rateHz, 4 * rateHz), TONE_HZ, rateHz);
    expect(fit.levelDb).toBeCloseTo(20 * Math.log10(AMPLITUDE), 0);
    expect(fit.snrDb).toBeGreaterThan(40);
    const levels = await page.evaluate<{ peak: number }[]>('microphoneLevels.slice(-50)');
    expect(Math.max(...levels.map(({ peak }) => peak))).toBeCloseTo(AMPLITUDE / 0x8000, 1);
  });
});
