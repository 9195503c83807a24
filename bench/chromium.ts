// The browser of benchmarks: Debian's or the user's Chromium, without a window.
import { type Browser, chromium } from 'playwright-core';

interface Tool {
  readonly name: string;
}

interface DebianTools {
  readonly tools: readonly Tool[];
  findTool(tool: Tool): string | undefined;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Undefined where there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  // The same look-up as that of `npm test`; as seen from dist/bench, where this runs.
  const script = new URL('../../scripts/lib/debian-tools.mjs', import.meta.url).href;
  const { tools, findTool }: DebianTools = await import(script);
  const tool = tools.find(({ name }) => name === 'Chromium');
  const executablePath = tool && findTool(tool);
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, headless: true, args: flags });
}
