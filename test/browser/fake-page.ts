// The page with a stand-in for its sound side, served with the gateway's own headers and opened in Chromium.
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createHttpApp } from '#server/http/app';
import { createGate } from '#server/http/gate';
import type { FakeControls, FakeStart } from '#test/support/fake-sound';

interface FakePageBuild {
  readonly fakePageFolder: string;
  buildFakePage(): Promise<void>;
}

export interface FakePageHost {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveFakePage(): Promise<FakePageHost> {
  const build: FakePageBuild = await import(
    path.resolve(import.meta.dirname, '../../scripts/lib/fake-page.mjs')
  );
  await build.buildFakePage();
  const app: FastifyInstance = await createHttpApp({
    pageFolder: build.fakePageFolder,
    gate: createGate({ answersToHost: () => true, allowedOrigins: [], token: undefined }),
    status: () => ({
      version: '0.1.0',
      uptimeSeconds: 11_100,
      serverNumber: 7,
      doors: [{ kind: 'tcp', address: '127.0.0.1:1418' }],
      devices: [],
    }),
    onError: (error) => {
      throw error;
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
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
