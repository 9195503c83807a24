// A real Chromium for the tests that need one, with its own fake microphone.
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { describe } from 'vitest';
import { freePort } from '#test/server/gateway-parts';

interface FoundChromium {
  readonly chromiumPath: string | undefined;
  readonly quietFlags: readonly string[];
  readonly AUTOPLAY: string;
}

const found = path.resolve(import.meta.dirname, '../../scripts/lib/chromium.mjs');
const { chromiumPath: executablePath, quietFlags, AUTOPLAY }: FoundChromium = await import(found);

if (executablePath === undefined) {
  process.stderr.write(
    '\n  !!! No Chromium or Google Chrome was found: the browser tests are SKIPPED. On Debian, apt-get install chromium makes them run.\n\n',
  );
}

/** Describes behaviour that only a browser shows; skipped, with a loud notice, where there is none. */
export function describeInChromium(what: string, tests: () => void): void {
  (executablePath === undefined ? describe.skip : describe)(what, tests);
}

const flags = [
  ...quietFlags,
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** With these, which playwright gives as a rule, hidden pages are as busy as others. */
const RESTLESS = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export function launchChromium({
  /** Sound may start without a gesture, so that tests need not click before they listen. */
  autoplay = true,
  args = [] as readonly string[],
  ignoreDefaultArgs = [] as readonly string[],
} = {}): Promise<Browser> {
  if (executablePath === undefined) throw new Error('no Chromium was found');
  const options: LaunchOptions = {
    executablePath,
    headless: true,
    args: [...flags, ...(autoplay ? [AUTOPLAY] : []), ...args],
    ignoreDefaultArgs: [...ignoreDefaultArgs],
  };
  return chromium.launch(options);
}

export interface Tabs {
  readonly window: BrowserContext;
  close(): Promise<void>;
}

/** A browser as people have it: its pages are tabs of one window, and the timers of those that are hidden rest. */
export async function launchTabs(): Promise<Tabs> {
  const port = await freePort();
  const browser = await launchChromium({
    args: [`--remote-debugging-port=${port}`],
    ignoreDefaultArgs: RESTLESS,
  });
  // Pages that playwright itself opened would never count as hidden.
  const url = `http://127.0.0.1:${port}`;
  const [window] = (await chromium.connectOverCDP(url, { noDefaults: true })).contexts();
  if (!window) throw new Error('the browser has no window');
  return { window, close: () => browser.close() };
}
