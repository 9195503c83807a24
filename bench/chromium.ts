// The browser of benchmarks: Debian's or the user's Chromium, without a window.
import { type Browser, chromium } from 'playwright-core';

interface FoundChromium {
  readonly chromiumPath: string | undefined;
  readonly quietFlags: readonly string[];
  readonly AUTOPLAY: string;
}

/** Undefined where there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  // As seen from dist/bench, where this runs.
  const script = new URL('../../scripts/lib/chromium.mjs', import.meta.url).href;
  const { chromiumPath, quietFlags, AUTOPLAY }: FoundChromium = await import(script);
  if (chromiumPath === undefined) return undefined;
  const args = [...quietFlags, AUTOPLAY];
  return chromium.launch({ executablePath: chromiumPath, headless: true, args });
}
