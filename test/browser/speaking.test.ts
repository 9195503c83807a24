// What comes from a page's microphone, and what the page says when there is none.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { lin16Codec } from '#shared/audio/encodings/linear';
import type { Role } from '#shared/relay/roles';
import { fitTone } from '#test/shared/audio/tone-fit';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing, pause } from './scripted-gateway.ts';
import { buildLibrary, channelOf, openSoundPage, type SoundPage } from './sound-pages.ts';
import { writeToneFile } from './tone-file.ts';

const TONE_HZ = 440;
const AMPLITUDE = 10_000;

let folder = '';
let browser: Browser | undefined;
let opened: SoundPage | undefined;

async function open(
  args: readonly string[],
  options: { host?: string; role?: Role } = {},
): Promise<SoundPage> {
  browser = await launchChromium({ args });
  opened = await openSoundPage(browser, { devices: [listing(1, 8_000, 1)], ...options });
  return opened;
}

describeInChromium('speaking', () => {
  beforeAll(async () => {
    await buildLibrary();
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-speaking-'));
  });

  afterEach(async () => {
    await browser?.close();
    await opened?.gateway.close();
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('sends what the microphone hears, clean and without a gap', async () => {
    const file = await writeToneFile(folder, { hz: TONE_HZ, amplitude: AMPLITUDE, seconds: 30 });
    const { page, gateway } = await open([`--use-file-for-fake-audio-capture=${file}`]);
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

  it('is asked for again when the gateway comes back', async () => {
    const { page, gateway } = await open([]);
    await page.waitForFunction('relay.devices.length > 0');
    await page.evaluate('speak(1)');
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    gateway.closeRelay();
    await page.waitForFunction('microphoneStates.at(-1).kind === "waiting"');
    gateway.heardMessages.length = 0;
    gateway.openRelay();
    await gateway.hears('speak');
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
  });

  const failure = async ({ page }: SoundPage): Promise<{ code: string; message: string }> => {
    await page.waitForFunction('microphoneStates.at(-1)?.kind === "failed"');
    return page.evaluate('microphoneStates.at(-1)');
  };

  it('says that the person said no, and how to change that', async () => {
    const sound = await open(['--use-fake-ui-for-media-stream=deny']);
    await sound.page.evaluate('speak(1)');
    const { code, message } = await failure(sound);
    expect(code).toBe('denied');
    expect(message).toContain('allow it in the site settings');
  });

  it('says that the page is not secure, and what would be', async () => {
    const host = 'gateway.test';
    const sound = await open([`--host-resolver-rules=MAP ${host} 127.0.0.1`], { host });
    expect(await sound.page.evaluate('isSecureContext')).toBe(false);
    await sound.page.evaluate('speak(1)');
    const { code, message } = await failure(sound);
    expect(code).toBe('insecure');
    expect(message).toContain('https');
  });

  it('says that the gateway lets this page not speak, and takes no microphone', async () => {
    const sound = await open([], { role: 'listen' });
    const { page, gateway } = sound;
    await page.waitForFunction('relay.devices.length > 0');
    await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      throw new Error('it was asked for');
    }`);
    // Known at once, so that nobody hears of a change.
    await page.evaluate('speak(1)');
    expect(await page.evaluate('microphone.state')).toMatchObject({ code: 'forbidden' });
    expect(gateway.heardMessages.map(({ type }) => type)).not.toContain('speak');
  });

  it('says that there is no microphone', async () => {
    const sound = await open([]);
    await sound.page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('none', 'NotFoundError');
    }`);
    await sound.page.evaluate('speak(1)');
    expect(await failure(sound)).toMatchObject({ code: 'missing' });
  });

  it('says that the microphone was taken away, and stops speaking', async () => {
    const sound = await open([]);
    const { page, gateway } = sound;
    await page.evaluate(`{
      const { mediaDevices } = navigator;
      const original = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (wanted) => (globalThis.stream = await original(wanted));
    }`);
    await page.evaluate('speak(1)');
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    await page.evaluate('stream.getTracks()[0].dispatchEvent(new Event("ended"))');
    expect(await failure(sound)).toMatchObject({ code: 'lost' });
    await gateway.hears('unspeak');
    expect(await page.evaluate('stream.active')).toBe(false);
  });

  it('leaves sound as it is unless it is a voice', async () => {
    const { page } = await open([]);
    await page.evaluate(`{
      globalThis.asked = [];
      navigator.mediaDevices.getUserMedia = async ({ audio }) => {
        asked.push(audio);
        throw new Error('enough');
      };
      speak(1);
      speak(1, { isVoice: true });
    }`);
    const processing = (isOn: boolean) => ({
      ...{ echoCancellation: isOn, noiseSuppression: isOn, autoGainControl: isOn },
    });
    const asked = await page.evaluate<object[]>('asked');
    expect(asked[0]).toMatchObject(processing(false));
    expect(asked[1]).toMatchObject(processing(true));
  });
});
