// What a page says of its microphone: when there is none, when it is lost, and when it comes back.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Role } from '#shared/relay/roles';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing } from './scripted-gateway.ts';
import { buildLibrary, openSoundPage, type SoundPage } from './sound-pages.ts';

describeInChromium('a microphone', () => {
  let browser: Browser;
  let ownBrowser: Browser | undefined;
  let opened: SoundPage | undefined;

  beforeAll(async () => {
    await buildLibrary();
    browser = await launchChromium();
  });

  afterEach(async () => {
    await opened?.page.close();
    await opened?.gateway.close();
    await ownBrowser?.close();
    opened = ownBrowser = undefined;
  });

  afterAll(() => browser?.close());

  /** Flags take a browser of their own. */
  async function open(
    flags: readonly string[] = [],
    options: { host?: string; role?: Role } = {},
  ): Promise<SoundPage> {
    if (flags.length > 0) ownBrowser = await launchChromium({ args: flags });
    opened = await openSoundPage(ownBrowser ?? browser, {
      devices: [listing(1, 8_000, 1)],
      ...options,
    });
    return opened;
  }

  it('is asked for again when the gateway comes back', async () => {
    const { page, gateway } = await open();
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
    const sound = await open();
    await sound.page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('none', 'NotFoundError');
    }`);
    await sound.page.evaluate('speak(1)');
    expect(await failure(sound)).toMatchObject({ code: 'missing' });
  });

  it('says that the microphone was taken away, and stops speaking', async () => {
    const sound = await open();
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
    const { page } = await open();
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
