// Sound that a browser wants a click for, and the elements that other people's pages use.
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { describeInChromium, launchChromium } from './chromium.ts';
import { listing, type ScriptedGateway } from './scripted-gateway.ts';
import { buildLibrary, openSoundPage, playedOn } from './sound-pages.ts';

const device = listing(2, 48_000, 2);
const tone = Int16Array.from({ length: 2 * 48_000 }, (_, i) =>
  Math.round(12_000 * Math.sin((2 * Math.PI * 440 * Math.floor(i / 2)) / 48_000)),
);

let browser: Browser;
let page: Page;
let gateway: ScriptedGateway;

async function open(autoplay: boolean, query = ''): Promise<void> {
  browser = await launchChromium({ autoplay });
  const options = { isIsolated: false, devices: [device], query };
  ({ page, gateway } = await openSoundPage(browser, options));
}

describeInChromium('sound in a page', () => {
  beforeAll(buildLibrary);

  afterEach(async () => {
    await browser.close();
    await gateway.close();
  });

  it.each(['a click', 'a key'])(
    'says that it needs a gesture, and starts with %s',
    async (gesture) => {
      await open(false, '?play=2');
      await page.waitForFunction('players[0].states.at(-1) === "needsGesture"');
      if (gesture === 'a click') await page.click('#button');
      else await page.keyboard.press('Tab');
      if (gesture === 'a key') await page.keyboard.press('Enter');
      await page.waitForFunction('players[0].states.at(-1) === "silent"');
      await gateway.play(device, tone);
      const samples = await playedOn(page);
      expect(samples.some((sample) => sample > 0.3)).toBe(true);
    },
  );

  it('rests when nobody plays any more', async () => {
    await open(true);
    await page.evaluate('play(2)');
    await page.waitForFunction('library.outputContext().state === "running"');
    await page.evaluate('players[0].player.stop()');
    await page.waitForFunction('library.outputContext().state === "suspended"');
    await gateway.hears('unlisten');
  });

  const put = (html: string) =>
    page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(html)})`);

  it('is an element that listens when it is pressed, by mouse or keyboard, and says so', async () => {
    await open(false);
    await put('<audiofile-listen id="listen" src="/" device="device 2"></audiofile-listen>');
    const element = page.locator('#listen');
    const button = element.getByRole('button', { name: 'Listen' });
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    await page.waitForFunction('listen.state === "silent"');
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await page.evaluate(`{
      globalThis.told = [];
      listen.addEventListener('statechange', ({ detail }) => told.push(detail.state));
    }`);
    await gateway.play(device, tone);
    await page.waitForFunction('told.at(-1) === "silent"');
    expect(await page.evaluate('told.filter((state) => state !== "priming")')).toEqual([
      ...['playing', 'silent'],
    ]);
    expect(await element.getByRole('status').innerText()).toBe('Listening; nothing is playing.');
    await button.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction('listen.state === "off"');
    await gateway.hears('unlisten');
  });

  it('is an element that says when there is no such device', async () => {
    await open(true);
    await put('<audiofile-listen id="listen" src="/" device="attic"></audiofile-listen>');
    await page.locator('#listen').getByRole('button').click();
    const status = page.locator('#listen').getByRole('status');
    await status.filter({ hasText: 'The gateway has no device “attic”.' }).waitFor();
    await page.evaluate('listen.setAttribute("device", "2")');
    await page.waitForFunction('listen.state === "silent"');
  });

  it('is an element that says when its link leads nowhere, or to where the page may not be let in', async () => {
    await open(true);
    await put('<audiofile-listen id="listen" src="lab:8411"></audiofile-listen>');
    const element = page.locator('#listen');
    await element.getByRole('button').click();
    const status = element.getByRole('status');
    await status.filter({ hasText: '“lab:8411” is no link to a gateway' }).waitFor();
    await page.evaluate('listen.setAttribute("src", "http://127.0.0.1:9/")');
    await element.getByRole('button').click();
    const advice = `--allowed-origins ${new URL(page.url()).origin}`;
    await status.filter({ hasText: advice }).waitFor();
  });

  it('is an element that speaks, and stops when it leaves the page', async () => {
    await open(true);
    await put('<audiofile-speak id="speak_" src="/" device="2" label="Talk"></audiofile-speak>');
    await page.locator('#speak_').getByRole('button', { name: 'Talk' }).click();
    await page.waitForFunction('speak_.state === "live"');
    await gateway.hears('speak');
    await page.evaluate('speak_.remove()');
    await gateway.hears('unspeak');
  });
});
