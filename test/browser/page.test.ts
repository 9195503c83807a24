// What a person sees in a real browser: what runs, that the gateway went away, and that it came back.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { describeInChromium, launchChromium } from './chromium.ts';

describeInChromium('the page', () => {
  let browser: Browser;
  let page: Page;
  let gateway: Gateway | undefined;
  let serverNumber = 0;
  let httpPort = 0;
  /** What the browser complained of. */
  let complaints: string[] = [];

  beforeAll(async () => {
    const { buildPage }: { buildPage(): Promise<number> } = await import(
      path.resolve(import.meta.dirname, '../../scripts/lib/build.mjs')
    );
    expect(await buildPage()).toBe(0);
    browser = await launchChromium();
  });

  beforeEach(async () => {
    serverNumber = await freeServerNumber();
    httpPort = await freePort();
    await start();
    complaints = [];
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });

  afterEach(async () => {
    await page.close();
    await gateway?.close();
  });

  afterAll(() => browser?.close());

  async function start(): Promise<void> {
    const configuration = configurationFrom({ serverNumber, httpPort });
    gateway = await startGateway(configuration, silentLog);
  }

  const link = () => gateway?.addresses.page ?? '';
  const headline = () => page.getByRole('status');

  /** Waits until the page says it. */
  async function says(text: string): Promise<void> {
    await headline().filter({ hasText: text }).waitFor();
  }

  it('shows the devices, the doors and how a program names the gateway', async () => {
    await page.goto(link());
    await says('The gateway is running');
    const rows = await page.locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual([
      ['0', 'phone', '8 kHz', 'mono', 'MU255'],
      ['1', 'codec', '8 kHz', 'mono', 'MU255'],
      ['2', 'hifi', '48 kHz', 'stereo', 'LIN16'],
      ['3', 'left', '48 kHz', 'mono', 'LIN16'],
      ['4', 'right', '48 kHz', 'mono', 'LIN16'],
    ]);
    const text = await page.locator('main').innerText();
    for (const address of gateway?.addresses.audioFile ?? ['no address']) {
      expect(text).toContain(address);
    }
    expect(text).toContain(`export AUDIOFILE=127.0.0.1:${serverNumber}`);
  });

  it('says to everybody that the gateway went away, keeps what it knew, and recovers by itself', async () => {
    await page.goto(link());
    await says('The gateway is running');
    expect(await headline().getAttribute('aria-live')).toBe('polite');
    await gateway?.close();
    await says('The gateway does not answer');
    expect(await page.locator('tbody tr').count()).toBe(5);
    await start();
    await says('The gateway is running');
  });

  it('runs without a complaint of the browser, isolated from other sites', async () => {
    await page.goto(link());
    await says('The gateway is running');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('fits a phone: nothing is wider than the window', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(link());
    await says('The gateway is running');
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
