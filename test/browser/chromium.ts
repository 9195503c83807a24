// A real Chromium for the tests that need one, with its own fake microphone.
import path from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { describe } from 'vitest';

interface Tool {
  readonly name: string;
  readonly commands: string[];
  readonly places: string[];
}

interface DebianTools {
  readonly tools: readonly Tool[];
  findTool(tool: Tool): string | undefined;
}

// The same look-up as that of `npm test`, which installs what it can.
const debianTools = path.resolve(import.meta.dirname, '../../scripts/lib/debian-tools.mjs');
const { tools, findTool }: DebianTools = await import(debianTools);
const tool = tools.find(({ name }) => name === 'Chromium');
const executablePath = tool && findTool(tool);

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
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Sound may start without a gesture, so that tests need not click before they listen. */
const AUTOPLAY = '--autoplay-policy=no-user-gesture-required';

export function launchChromium({
  autoplay = true,
  args = [] as readonly string[],
} = {}): Promise<Browser> {
  if (executablePath === undefined) throw new Error('no Chromium was found');
  const options: LaunchOptions = {
    executablePath,
    headless: true,
    args: [...flags, ...(autoplay ? [AUTOPLAY] : []), ...args],
  };
  return chromium.launch(options);
}
