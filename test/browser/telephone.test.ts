// Whole calls between pages in a real browser and a program of the client library, each way, with a real gateway
// between them.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
import { nodeStream } from '#server/transport/node-stream';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import {
  type Connection,
  type Context,
  connectAudioFile,
  type EventSubscription,
} from '#shared/client/index';
import { idOfFileName } from '#shared/relay/voice-message';
import { startAf } from '#test/cli/commands/support/in-process';
import { samplesOf } from '#test/cli/commands/support/sounds';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { fitBentTone, type ToneFit } from '#test/shared/audio/tone-fit';
import { digitsIn } from '#test/support/digits-in';
import { phoneEventInWords } from '#test/support/phone-events';
import { bytesOf16, samplesOf16, sine16 } from '#test/support/sounds';
import { describeInChromium, launchChromium } from './chromium.ts';
import { type PlayedSound, takePlayed, tapPlayed } from './played-tap.ts';
import { writeToneFile } from './tone-file.ts';

const RATE_HZ = 8_000;
const PHONE = 0;
const SPOKEN = { hz: 440, amplitude: 1_500, seconds: 60 };
const PLAYED = { hertz: 1_000, amplitude: 8_000, rateHz: RATE_HZ };

describeInChromium('a telephone in the page', () => {
  let folder: string;
  let browser: Browser;
  let gateway: Gateway;
  let program: Connection;
  let line: Context;
  let events: EventSubscription;
  let pages: Page[] = [];
  /** What the browser complained of. */
  const complaints: string[] = [];

  beforeAll(async () => {
    const { buildPage }: { buildPage(): Promise<number> } = await import(
      path.resolve(import.meta.dirname, '../../scripts/lib/build.mjs')
    );
    expect(await buildPage()).toBe(0);
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-telephone-'));
    const microphone = await writeToneFile(folder, SPOKEN);
    browser = await launchChromium({ args: [`--use-file-for-fake-audio-capture=${microphone}`] });
    const [serverNumber, httpPort] = [await freeServerNumber(), await freePort()];
    gateway = await startGateway(
      configurationFrom({
        ...{ serverNumber, httpPort, unixSocket: false },
        messagesFolder: folder,
      }),
      silentLog,
    );
    const [address = ''] = gateway.addresses.audioFile;
    const socket = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
    program = await connectAudioFile(nodeStream(socket));
    line = await program.createContext(PHONE, { encoding: 'LIN16' });
  });

  afterEach(async () => {
    events?.return();
    await line.phone.hangUp();
    for (const page of pages) await page.context().close();
    pages = [];
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await program?.close();
    await gateway?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openPhonePage(): Promise<Page> {
    const context = await browser.newContext({ permissions: ['microphone'] });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await tapPlayed(page);
    await page.goto(gateway.addresses.page ?? '');
    await shows(page, 'Ready');
    pages.push(page);
    return page;
  }

  async function listenForEvents(): Promise<void> {
    events = line.events(['PhoneRing', 'PhoneDTMF', 'PhoneLoop']);
    await program.sync();
  }

  /** The next event that fits, whatever comes before it. */
  async function nextEvent(words: string): Promise<void> {
    for (;;) {
      const { value } = await events.next();
      if (value === undefined) throw new Error(`“${words}” did not come`);
      if (phoneEventInWords(value) === words) return;
    }
  }

  /** What the program plays leaves the page's worklet as it was played, at its level. */
  async function expectToHear(page: Page): Promise<void> {
    await takePlayed(page);
    const frameCount = 0.6 * RATE_HZ;
    const startTime = (await line.getTime()) + RATE_HZ / 5;
    await line.play({ startTime, samples: bytesOf16(sine16(frameCount, PLAYED)) });
    const restFrames = startTime + frameCount - (await line.getTime());
    // What came late waits in the page's buffer.
    await page.waitForTimeout((restFrames / RATE_HZ) * 1_000 + 300);
    const played = await takePlayed(page);
    const loud = played.samples.filter((sample) => Math.abs(sample) > 0.02).length;
    expect(loud / played.rateHz).toBeGreaterThan(0.5);
    const fit = bestFit(played.samples, played.rateHz, PLAYED.hertz);
    expect(fit.levelDb - 20 * Math.log10(PLAYED.amplitude / 0x8000)).toBeCloseTo(0, 0);
    expect(fit.snrDb).toBeGreaterThan(25);
  }

  /** What the page's microphone hears is what the program records, at its level. */
  async function expectToBeHeard(): Promise<void> {
    const startTime = await line.getTime();
    const { samples } = await line.record({ startTime, byteCount: RATE_HZ });
    const fit = bestFit(Float32Array.from(samplesOf16(samples)), RATE_HZ, SPOKEN.hz);
    expect(fit.levelDb - 20 * Math.log10(SPOKEN.amplitude)).toBeCloseTo(0, 0);
    expect(fit.snrDb).toBeGreaterThan(20);
  }

  async function playDigits(digits: string): Promise<void> {
    const segments = dtmfSegments(digits);
    const options = { rateHz: RATE_HZ, segments, repeat: false, rampMs: DTMF_RAMP_MS };
    const generator = createToneGenerator(options);
    const samples = new Int16Array(generator.totalFrames);
    generator.fill16(samples, 0, samples.length);
    const startTime = (await line.getTime()) + RATE_HZ / 10;
    await line.play({ startTime, samples: bytesOf16(samples) });
  }

  it('calls a program: both hear each other, and another page finds the line busy', async () => {
    await listenForEvents();
    const [kitchen, attic] = await Promise.all([openPhonePage(), openPhonePage()]);
    await press(kitchen, 'Call phone');
    await nextEvent('PhoneRing 1');
    await shows(kitchen, 'It rings …');
    await attic.locator('.display-top').getByText('The line rings').waitFor();
    await press(attic, 'Call phone');
    await shows(attic, 'Busy');
    await line.phone.pickUp();
    await nextEvent('PhoneLoop 1');
    await shows(kitchen, 'Connected');
    await attic.locator('.display-top').getByText('The line is in use').waitFor();
    await expectToHear(kitchen);
    await expectToBeHeard();
    await kitchen
      .getByRole('timer', { name: 'Time of the call' })
      .filter({ hasText: /0:0[1-9]/ })
      .waitFor();
    await line.phone.hangUp();
    await kitchen.getByText('The other end has hung up.').first().waitFor();
    await attic.getByText('The line is free').waitFor();
  });

  it('sends and hears all sixteen keys', async () => {
    await listenForEvents();
    const page = await openPhonePage();
    await page.getByLabel('Keys A to D').check();
    // What is typed before is dialed when the call is up.
    await page.getByRole('button', { name: '1', exact: true }).click();
    await press(page, 'Call phone');
    await nextEvent('PhoneRing 1');
    await line.phone.pickUp();
    const startTime = await line.getTime();
    await shows(page, 'Connected');
    await playDigits(DTMF_DIGITS);
    for (const digit of DTMF_DIGITS.slice(1)) {
      if (/[A-D]/.test(digit)) await page.getByRole('button', { name: digit, exact: true }).click();
      else await page.keyboard.press(digit);
    }
    for (const digit of DTMF_DIGITS) {
      await nextEvent(`${digit} 1`);
      await nextEvent(`${digit} 0`);
    }
    const byteCount = 2 * ((await line.getTime()) - startTime);
    const { samples } = await line.record({ startTime, byteCount });
    expect(digitsIn(samplesOf16(samples), RATE_HZ)).toBe(DTMF_DIGITS);
    const heard = page.locator('.display-heard .digits');
    await heard.filter({ hasText: DTMF_DIGITS }).waitFor();
    await page.keyboard.press('Escape');
    await nextEvent('PhoneLoop 0');
    await page.getByText('You have hung up.').first().waitFor();
  });

  it('rings at its number, is answered, and hangs up when its page is closed', async () => {
    await listenForEvents();
    const page = await openPhonePage();
    await page.locator('summary', { hasText: 'Numbers' }).click();
    await page.getByLabel('Rings here as number').fill('23');
    await press(page, 'Take it');
    await page.getByText('Programs that dial 23 ring this page.').waitFor();
    await line.phone.pickUp();
    await line.phone.dial('23');
    const bar = page.getByRole('alert').filter({ hasText: 'Ringing' });
    await bar.waitFor();
    await expect.poll(() => page.title()).toMatch(/^Ringing/);
    await expect.poll(async () => isLoud(await takePlayed(page, 'own'))).toBe(true);
    await bar.getByRole('button', { name: 'Answer' }).click();
    await nextEvent('PhoneLoop 1');
    await shows(page, 'Connected');
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^\s*Hang up/);
    await takePlayed(page, 'own');
    await expectToHear(page);
    await expectToBeHeard();
    expect(isLoud(await takePlayed(page, 'own'))).toBe(false);
    await page.close();
    await nextEvent('PhoneLoop 0');
  });

  /** How much of the message that is being recorded is in its file. */
  async function unfinishedBytes(): Promise<number> {
    const part = (await readdir(folder)).find((name) => name.endsWith('.part'));
    return part === undefined ? 0 : (await stat(path.join(folder, part))).size;
  }

  it('leaves a message on the answering machine, hears it, and deletes it', async () => {
    // Of a try before.
    const left = (await readdir(folder)).filter((name) => idOfFileName(name) !== undefined);
    for (const name of left) await rm(path.join(folder, name));
    const [address = ''] = gateway.addresses.audioFile;
    const server = `127.0.0.1:${Number(address.split(':')[1]) - AUDIOFILE_BASE_PORT}`;
    const machine = startAf(['answer', '--rings', '1', '--once', '--folder', folder], { server });
    await expect.poll(() => machine.notes()).toContain('Waiting for calls');
    const page = await openPhonePage();
    await press(page, 'Call phone');
    await shows(page, 'Connected');
    // After greeting and beep; what the page says is written as it comes.
    await expect.poll(unfinishedBytes, { timeout: 10_000 }).toBeGreaterThan(RATE_HZ);
    await page.keyboard.press('#');
    expect((await machine.ended).code).toBe(0);
    const name = (await readdir(folder)).find((one) => idOfFileName(one) !== undefined) ?? '';
    const samples = await samplesOf(path.join(folder, name));
    const fit = bestFit(Float32Array.from(samples), RATE_HZ, SPOKEN.hz);
    expect(fit.levelDb - 20 * Math.log10(SPOKEN.amplitude)).toBeCloseTo(0, 0);
    const messages = page.getByRole('region', { name: 'Messages' });
    await messages.getByText('1 new').waitFor();
    await messages.getByRole('button', { name: 'Play the message of' }).click();
    await messages.getByRole('slider', { name: 'Place in the message' }).waitFor();
    await messages.getByText('none new').waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('audio').ended")).toBe(true);
    await messages.getByRole('button', { name: 'Delete the message of' }).click();
    await messages.getByRole('button', { name: 'Delete the message of' }).click();
    await messages.waitFor({ state: 'detached' });
  });
});

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click();
}

/** On the display. */
function shows(page: Page, headline: string): Promise<void> {
  return page.locator('.display-call').getByText(headline, { exact: true }).waitFor();
}

function isLoud({ samples }: PlayedSound): boolean {
  return samples.some((sample) => Math.abs(sample) > 0.05);
}

const WINDOW_SECONDS = 0.05;
/** The page and the gateway bend the pitch until they know each other's clocks. */
const LARGEST_BEND = 0.025;

/** The tone in the part where it is cleanest, with its pitch as it was bent. */
function bestFit(samples: Float32Array, rateHz: number, hz: number): ToneFit {
  const windowFrames = Math.round(WINDOW_SECONDS * rateHz);
  let best: ToneFit = { levelDb: Number.NEGATIVE_INFINITY, snrDb: Number.NEGATIVE_INFINITY };
  for (let start = 0; start + windowFrames <= samples.length; start += 2 * windowFrames) {
    const part = samples.subarray(start, start + windowFrames);
    if (part.every((sample) => sample === 0)) continue;
    const fit = fitBentTone(part, hz, rateHz, LARGEST_BEND);
    if (fit.snrDb > best.snrDb) best = fit;
  }
  return best;
}
