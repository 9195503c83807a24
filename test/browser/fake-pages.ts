// One browser and one stand-in gateway for a file of tests; each test opens a page, which may have no
// complaint of the browser at its end.
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { FakeStart } from '#test/support/fake-sound/start';
import { launchChromium } from './chromium.ts';
import { type FakePage, type FakePageHost, openFakePage, serveFakePage } from './fake-page.ts';

/** To be called where the tests are described. */
export function fakePages() {
  let browser: Browser;
  let host: FakePageHost;
  let opened: FakePage;

  beforeAll(async () => {
    [browser, host] = await Promise.all([launchChromium(), serveFakePage()]);
  });

  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    await opened.page.context().close();
  });

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  const button = (name: string | RegExp): Locator =>
    opened.page.getByRole('button', { name }).first();
  const card = (name: string): Locator => opened.page.getByRole('article', { name });

  return {
    button,
    card,
    /** Listens to hifi and lets it play until its sound is asked for. */
    async hear(): Promise<void> {
      await button('Listen to hifi').click();
      await opened.fake(({ players }) => players[0]?.become('playing'));
      await card('hifi').locator('canvas').scrollIntoViewIfNeeded();
      await opened.until(({ players }) => players[0]?.watcherCount === 2);
    },
    /** The page of this test. */
    get opened(): FakePage {
      return opened;
    },
    async open(start?: FakeStart, options?: BrowserContextOptions): Promise<FakePage> {
      opened = await openFakePage(browser, host.url, start, options);
      return opened;
    },
  };
}
