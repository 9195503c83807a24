// What a person sees and hears of a real gateway in a real browser.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { nodeStream } from '#server/transport/node-stream';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { type Connection, connectAudioFile } from '#shared/client/index';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { fitBentTone } from '#test/shared/audio/tone-fit';
import { wavHeader } from '#web/audio/recorder';
import { describeInChromium, launchChromium } from './chromium.ts';
import { writeToneFile } from './tone-file.ts';

const TONE_HZ = 440;
const RATE_HZ = 48_000;
const SPOKEN_AMPLITUDE = 10_000;
/** A name that is not this machine's, so that browsers do not take its pages for secure. */
const STRANGE_NAME = 'gateway.test';

describeInChromium('the page', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let gateway: Gateway | undefined;
  let program: Connection | undefined;
  let serverNumber = 0;
  let httpPort = 0;
  /** What the browser complained of. */
  let complaints: string[] = [];
  /** What the page did not catch. */
  let errors: string[] = [];

  beforeAll(async () => {
    const { buildPage }: { buildPage(): Promise<number> } = await import(
      path.resolve(import.meta.dirname, '../../scripts/lib/build.mjs')
    );
    expect(await buildPage()).toBe(0);
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-page-'));
    const tone = { hz: TONE_HZ, amplitude: SPOKEN_AMPLITUDE, seconds: 30 };
    browser = await launchChromium({
      args: [
        `--host-resolver-rules=MAP ${STRANGE_NAME} 127.0.0.1`,
        `--use-file-for-fake-audio-capture=${await writeToneFile(folder, tone)}`,
      ],
    });
  });

  beforeEach(async () => {
    serverNumber = await freeServerNumber();
    httpPort = await freePort();
    await start();
    complaints = [];
    const context = await browser.newContext({ permissions: ['microphone'] });
    page = await context.newPage();
    errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });

  afterEach(async () => {
    expect(errors).toEqual([]);
    await page.context().close();
    program?.abort();
    program = undefined;
    await gateway?.close();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const configuration = configurationFrom({ serverNumber, httpPort, hostNames: [STRANGE_NAME] });
    gateway = await startGateway(configuration, silentLog);
  }

  async function connectProgram(): Promise<Connection> {
    const [address = ''] = gateway?.addresses.audioFile ?? [];
    const socket = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
    program = await connectAudioFile(nodeStream(socket));
    return program;
  }

  const link = () => gateway?.addresses.page ?? '';
  const headline = () => page.getByRole('status');
  const card = (name: string) => page.getByRole('article', { name });

  /** Waits until the page says it. */
  async function says(text: string): Promise<void> {
    await headline().filter({ hasText: text }).waitFor({ state: 'attached' });
  }

  it('shows the devices, the doors and how a program names the gateway', async () => {
    await page.goto(link());
    await says('The gateway is live');
    const facts = await page.getByRole('article').locator('header').allInnerTexts();
    expect(facts.map((text) => text.split(/\s*\n\s*/).slice(1))).toEqual([
      ['2', 'hifi', '48 kHz · stereo · lin16'],
      ['0', 'phone', '8 kHz · mono · mu-law'],
      ['1', 'codec', '8 kHz · mono · mu-law'],
      ['3', 'left', '48 kHz · mono · lin16'],
      ['4', 'right', '48 kHz · mono · lin16'],
    ]);
    await page.getByText('Try it from programs').click();
    const text = await page.locator('main').innerText();
    for (const address of gateway?.addresses.audioFile ?? ['no address']) {
      expect(text).toContain(address);
    }
    expect(text).toContain(`export AUDIOFILE=127.0.0.1:${serverNumber}`);
  });

  it('says to everybody that the gateway went away, keeps what it knew, and recovers by itself', async () => {
    await page.goto(link());
    await says('The gateway is live');
    expect(await headline().getAttribute('aria-live')).toBe('polite');
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await page.getByText('It is quiet: nothing plays right now').first().waitFor();
    await gateway?.close();
    await says('The gateway went away');
    await page.getByText(/Trying again/).waitFor();
    expect(await page.getByRole('article').count()).toBe(5);
    await start();
    await says('The gateway is live');
    await page.getByRole('button', { name: 'Stop listening to hifi' }).first().waitFor();
  });

  it('lets a program be heard, and shows who it is', async () => {
    await page.goto(link());
    await says('The gateway is live');
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await page.getByText('It is quiet: nothing plays right now').first().waitFor();
    await playTone(3);
    await card('hifi')
      .getByText(/Playing: client \d+ \(127\.0\.0\.1/)
      .waitFor();
    await page.getByText(/^\d+ ms behind$/).waitFor();
    const meter = page.getByRole('meter', { name: 'Level of hifi' });
    await expect
      .poll(() => meter.getAttribute('aria-valuetext'), { timeout: 5_000 })
      .toMatch(/dB below full scale/);
    await page.getByRole('button', { name: 'Why does it sound like this?' }).click();
    await page.getByText(/You hear it 0\.\d\d s after it was played/).waitFor();
    await page.locator('.curve canvas').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is heard although the gateway was away when Listen was first pressed', async () => {
    await page.goto(link());
    await says('The gateway is live');
    await gateway?.close();
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await says('The gateway went away');
    await start();
    await says('The gateway is live');
    await page.getByText('It is quiet: nothing plays right now').first().waitFor();
    await playTone(3);
    await page.getByText(/^\d+ ms behind$/).waitFor();
  });

  it('is heard although the worklets could not be loaded at first', async () => {
    await page.addInitScript(`{
      const { addModule } = AudioWorklet.prototype;
      globalThis.asked = [];
      AudioWorklet.prototype.addModule = function (url) {
        asked.push(url);
        return asked.length === 1 ? Promise.reject(new Error('gone')) : addModule.call(this, url);
      };
    }`);
    await page.goto(link());
    await says('The gateway is live');
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await page.getByText('It is quiet: nothing plays right now').first().waitFor();
    expect(await page.evaluate('asked.length')).toBe(3);
  });

  it('shows who plays already', async () => {
    // It ends with the test.
    playTone(30).catch(() => {});
    await page.goto(link());
    await card('hifi')
      .getByText(/Playing: client \d+ \(127\.0\.0\.1/)
      .waitFor();
  });

  async function playTone(seconds: number): Promise<void> {
    const connection = await connectProgram();
    const context = await connection.createContext(2);
    const startTime = (await context.getTime()) + RATE_HZ / 5;
    await context.play({ startTime, samples: toneBytes(seconds) });
  }

  it('plays a file on a device as a program does, and records what the device plays', async () => {
    await page.goto(link());
    await says('The gateway is live');
    await card('hifi').getByRole('button', { name: 'Record' }).click();
    const chooser = page.waitForEvent('filechooser');
    await card('hifi').getByRole('button', { name: 'Play a file' }).click();
    const tone = toneBytes(1.5);
    const header = wavHeader(2, RATE_HZ, tone.length);
    await (await chooser).setFiles({
      name: 'tone.wav',
      mimeType: 'audio/wav',
      buffer: Buffer.concat([header, tone]),
    });
    const progress = page.getByRole('progressbar', { name: 'Progress of tone.wav' });
    await progress.waitFor();
    await progress.waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    const offered = page.waitForEvent('download');
    await card('hifi').getByRole('button', { name: 'Save the recording' }).click();
    const bytes = await readFile(await (await offered).path());
    const samples = new Int16Array(new Uint8Array(bytes.subarray(44)).buffer);
    const loud = samples.filter((sample) => Math.abs(sample) > 100).length;
    // Nearly all samples of a sine of a quarter of full scale are as loud as that.
    expect(loud).toBeGreaterThan(0.95 * 2 * 1.5 * RATE_HZ);
    expect(samples.reduce((most, sample) => Math.max(most, sample), 0)).toBeCloseTo(8_192, -2);
    expect(complaints).toEqual([]);
  });

  it('sets a device for the programs too, and shows what they set', async () => {
    await page.goto(link());
    await says('The gateway is live');
    const connection = await connectProgram();
    const context = await connection.createContext(2);
    await card('hifi').getByText('Settings').click();
    const gain = card('hifi').getByRole('slider', { name: 'Output gain' });
    await gain.fill('-6');
    await expect.poll(async () => (await context.controls.outputGain()).gainDb).toBe(-6);
    await context.controls.setOutputGain(3);
    await expect.poll(() => gain.inputValue()).toBe('3');
  });

  it('speaks: the microphone is on, and its level moves', async () => {
    await page.goto(link());
    await says('The gateway is live');
    await page.getByRole('button', { name: 'Speak into hifi' }).first().click();
    await page.getByText('You can be heard').waitFor();
    const meter = page.getByRole('meter', { name: 'Level of your microphone on hifi' });
    await meter.scrollIntoViewIfNeeded();
    await expect
      .poll(() => meter.getAttribute('aria-valuetext'), { timeout: 5_000 })
      .toMatch(/dB below full scale/);
    expect(complaints).toEqual([]);
  });

  it('records what a device hears: what a browser says, at its pitch and level', async () => {
    await page.goto(link());
    await says('The gateway is live');
    await page.getByRole('button', { name: 'Speak into hifi' }).first().click();
    await page.getByText('You can be heard').waitFor();
    await card('hifi').getByLabel('What is recorded of hifi').selectOption('what is heard');
    await card('hifi').getByRole('button', { name: 'Record heard of hifi' }).click();
    await card('hifi').getByText('0:03').waitFor();
    const offered = page.waitForEvent('download');
    await card('hifi').getByRole('button', { name: 'Save the recording' }).click();
    const bytes = await readFile(await (await offered).path());
    const samples = new Int16Array(new Uint8Array(bytes.subarray(44)).buffer);
    expect(samples.length).toBeGreaterThanOrEqual(2 * 3 * RATE_HZ);
    const left = samples.filter((_, i) => i % 2 === 0);
    // The last half second: the microphone starts late, and its pitch is bent a little at first, until the
    // gateway knows how far ahead the sound is to be.
    const fit = fitBentTone(left.subarray(2.5 * RATE_HZ, 2.55 * RATE_HZ), TONE_HZ, RATE_HZ, 0.01);
    expect(fit.levelDb).toBeCloseTo(20 * Math.log10(SPOKEN_AMPLITUDE), 0);
    expect(fit.snrDb).toBeGreaterThan(20);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('plays where it did not come over a secure way, and says why it has no microphone', async () => {
    await page.goto(link().replace('127.0.0.1', STRANGE_NAME));
    await says('The gateway is live');
    await page.getByText('This page cannot have a microphone.').waitFor();
    await page.getByRole('button', { name: 'Speak into hifi' }).first().click();
    expect(await card('hifi').getByRole('alert').innerText()).toContain('https://');
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await playTone(3);
    await page.getByText(/^\d+ ms behind$/).waitFor();
  });

  it('runs without a complaint of the browser, isolated from other sites', async () => {
    await page.goto(link());
    await says('The gateway is live');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('fits a phone: nothing is wider than the window', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(link());
    await says('The gateway is live');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  });

  it('is dark for those who prefer it', async () => {
    const ground = async (colorScheme: 'dark' | 'light') => {
      await page.emulateMedia({ colorScheme });
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    await page.goto(link());
    expect(await ground('dark')).not.toBe(await ground('light'));
  });
});

/** Of a quarter of full scale, the same on both channels. */
function toneBytes(seconds: number): Uint8Array<ArrayBuffer> {
  const samples = Int16Array.from({ length: 2 * seconds * RATE_HZ }, (_, i) =>
    Math.round(8_192 * Math.sin((2 * Math.PI * TONE_HZ * Math.floor(i / 2)) / RATE_HZ)),
  );
  return new Uint8Array(samples.buffer);
}
