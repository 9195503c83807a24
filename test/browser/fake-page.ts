// The page with a stand-in for its sound side, served with the gateway's own headers and opened in Chromium.
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { securityHeaders } from '#server/http/security-headers';
import type { FakeControls } from '#test/support/fake-sound';
import type { FakeStart } from '#test/support/fake-sound/start';

export interface FakePageHost {
  readonly url: string;
  close(): Promise<void>;
}

interface FakePageServer {
  serveFakePage(headers: Readonly<Record<string, string>>): Promise<FakePageHost>;
}

export async function serveFakePage(): Promise<FakePageHost> {
  const server: FakePageServer = await import(
    path.resolve(import.meta.dirname, '../../scripts/lib/fake-page.mjs')
  );
  return server.serveFakePage(securityHeaders);
}

export interface FakePage {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
  /** Does something with the stand-in, and gives what it gives. */
  fake<T>(what: (controls: FakeControls) => T): Promise<T>;
  /** Waits until the stand-in is in that state. */
  until(what: (controls: FakeControls) => boolean): Promise<void>;
}

export async function openFakePage(
  browser: Browser,
  url: string,
  start: FakeStart = {},
  options: BrowserContextOptions = {},
): Promise<FakePage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.addInitScript(`globalThis.fakeStart = ${JSON.stringify(start)}`);
  await page.goto(url);
  await page.getByText('version 0.1.0').waitFor();

  function fake<T>(what: (controls: FakeControls) => T): Promise<T> {
    return page.evaluate(`(${what.toString()})(globalThis.fakeSound)`) as Promise<T>;
  }
  return {
    page,
    complaints,
    fake,
    async until(what) {
      // The page's own policy forbids what playwright would wait by.
      while (!(await fake(what))) await page.waitForTimeout(10);
    },
  };
}
