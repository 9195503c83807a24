// The library against a whole gateway: files that a page plays, and how late it hears what a program plays.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Connection } from '#shared/client/index';
import { fitTone } from '#test/shared/audio/tone-fit';
import { describeInChromium, launchChromium } from './chromium.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';
import { pause } from './scripted-gateway.ts';
import { buildLibrary, channelOf, playedOn } from './sound-pages.ts';

const HIFI = 2;

describeInChromium('a page on a whole gateway', () => {
  let browser: Browser;
  let page: Page;
  let gateway: OpenGateway;
  let program: Connection;
  let contextRateHz = 0;

  beforeAll(async () => {
    await buildLibrary();
    browser = await launchChromium();
    gateway = await openGateway(browser);
    program = await gateway.connectProgram();
    page = await gateway.openPage();
    contextRateHz = await page.evaluate<number>('contextRateHz');
  });

  afterEach(() =>
    page.evaluate('players.forEach(({ player }) => player.stop()); players.length = 0'),
  );

  afterAll(async () => {
    await browser?.close();
    await program?.close();
    await gateway?.close();
  });

  async function listen(options: object = {}): Promise<void> {
    await page.evaluate(`play(${HIFI}, ${JSON.stringify(options)})`);
    await page.waitForFunction('players[0].states.at(-1) === "silent"');
  }

  async function leftPlayed(): Promise<Float32Array> {
    return channelOf(await playedOn(page), 0, 2);
  }

  it('plays a file to the end, at its pitch, and tells how far it is', async () => {
    await listen();
    await page.evaluate(`playToneFile(${HIFI}, 1000, 2)`);
    expect(await page.evaluate('fileEnd')).toBe('played');
    const shares = await page.evaluate<number[]>('fileShares');
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    await page.waitForFunction('players[0].states.at(-1) === "silent"');
    const left = await leftPlayed();
    const start = left.findIndex((sample) => Math.abs(sample) > 0.05);
    // A quarter of a second: the regulator bends the pitch by up to 2 %, a little at a time.
    const part = left.subarray(start + contextRateHz, start + 1.25 * contextRateHz);
    const level = part.reduce((sum, sample) => sum + sample * sample, 0) / part.length;
    expect(Math.sqrt(2 * level)).toBeCloseTo(16_000 / 0x8000, 2);
    expect(fitTone(part, 1_000, contextRateHz).levelDb).toBeLessThan(0);
    const seconds = left.filter((sample) => Math.abs(sample) > 0).length / contextRateHz;
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(2.1);
  });

  it('stops a file at once, and takes back what was not yet heard', async () => {
    await listen();
    await page.evaluate(`playToneFile(${HIFI}, 500, 10)`);
    await page.waitForFunction('players[0].states.at(-1) === "playing"');
    await pause(500);
    await page.evaluate('fileStop.abort(new Error("enough"))');
    expect(await page.evaluate('fileEnd')).toBe('enough');
    // The silence that replaces the rest is sound to the gateway, for as long as its buffer is.
    await page.waitForFunction('players[0].states.at(-1) === "silent"');
    const left = await leftPlayed();
    const seconds = left.filter((sample) => Math.abs(sample) > 0.01).length / contextRateHz;
    expect(seconds).toBeLessThan(1.5);
  });

  it('says in words that a file is no sound', async () => {
    await page.evaluate(`globalThis.wrong = library
      .playFile(relayUrl, ${HIFI}, new Blob(['no sound']), {
        onProgress() {}, signal: new AbortController().signal })
      .catch((error) => error.message)`);
    expect(await page.evaluate('wrong')).toContain('cannot decode this file');
  });

  it('hears a program within 60 ms in the worklet, as a median, with frames of 10 ms', async () => {
    await listen({ frameMs: 10 });
    const context = await program.createContext(HIFI, { encoding: 'LIN16' });
    const rateHz = context.device.playRateHz;
    // Sound without end, so that the buffer finds its length, with a click each half second in it.
    const startTime = (await context.getTime()) + rateHz / 10;
    const startedMs = Date.now() + 100;
    const seconds = 14;
    const samples = new Int16Array(2 * rateHz * seconds);
    for (let i = 0; i < samples.length / 2; i++) {
      samples[2 * i] = i % (rateHz / 2) === 0 ? 30_000 : Math.round(300 * Math.sin(i / 20));
    }
    await context.play({ startTime, samples: new Uint8Array(samples.buffer), channelCount: 2 });
    await page.waitForFunction('players[0].states.at(-1) === "silent"');
    const heardMs = await page.evaluate<number[]>('renderMoments(0)');
    const latenciesMs = heardMs
      .slice(-10)
      .map((moment) => (((moment - startedMs) % 500) + 500) % 500)
      .toSorted((a, b) => a - b);
    const medianMs = latenciesMs[5] ?? Number.POSITIVE_INFINITY;
    process.stdout.write(`  play request to worklet: median ${medianMs.toFixed(1)} ms\n`);
    expect(latenciesMs).toHaveLength(10);
    expect(medianMs).toBeLessThanOrEqual(60);
  });
});
