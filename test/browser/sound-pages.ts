// Opens the page under test on a scripted gateway, and reads what it kept.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { DeviceListing } from '#shared/relay/control';
import { ScriptedGateway, type ScriptedOptions } from './scripted-gateway.ts';

export interface SoundPage {
  readonly page: Page;
  readonly gateway: ScriptedGateway;
  readonly port: number;
  /** Of the browser's own output. */
  readonly contextRateHz: number;
}

export async function buildLibrary(): Promise<void> {
  const builder = path.resolve(import.meta.dirname, '../../scripts/lib/build.mjs');
  const { buildLibrary: build }: { buildLibrary(): Promise<number> } = await import(builder);
  expect(await build()).toBe(0);
}

export async function openSoundPage(
  browser: Browser,
  options: ScriptedOptions & { readonly host?: string; readonly query?: string } = {},
): Promise<SoundPage> {
  const gateway = new ScriptedGateway(options);
  const port = await gateway.start();
  const page = await browser.newPage();
  const { host = '127.0.0.1', query = '' } = options;
  await page.goto(`http://${host}:${port}/${query}`);
  await page.waitForFunction('globalThis.isReady');
  return { page, gateway, port, contextRateHz: await page.evaluate<number>('contextRateHz') };
}

/** Begins to play on the page, and waits until it is ready to hear. */
export async function playOn(
  { page, gateway }: Pick<SoundPage, 'page' | 'gateway'>,
  device: DeviceListing,
  options: object = {},
): Promise<number> {
  gateway.devices = [device];
  gateway.send({ type: 'devices', devices: [device] });
  const index = await page.evaluate<number>(`play(${device.number}, ${JSON.stringify(options)})`);
  await page.waitForFunction(`players[${index}].states.at(-1) === "silent"`);
  return index;
}

/** All that left the worklet so far, interleaved. */
export async function playedOn(page: Page): Promise<Float32Array> {
  const bytes = Buffer.from(await page.evaluate<string>('played(0)'), 'base64');
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** One channel of interleaved samples. */
export function channelOf<T extends Float32Array | Int16Array>(
  samples: T,
  channel: number,
  channelCount: number,
): Float32Array {
  return Float32Array.from(
    { length: samples.length / channelCount },
    (_, i) => samples[i * channelCount + channel] ?? 0,
  );
}
