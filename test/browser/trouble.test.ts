// What a page makes of trouble on its way to a whole gateway: an uneven network, a stall.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Connection } from '#shared/client/index';
import { seededRandom, testSeed } from '#test/support/random';
import { describeInChromium, launchChromium } from './chromium.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';
import { comesToTarget, lastReport } from './reports.ts';
import { pause } from './scripted-gateway.ts';
import { buildLibrary } from './sound-pages.ts';
import { UnevenNetwork } from './uneven-network.ts';

const HIFI = 2;
const RATE_HZ = 48_000;

describeInChromium('a page in trouble', () => {
  let browser: Browser;
  let gateway: OpenGateway;
  let network: UnevenNetwork;
  let page: Page;
  let program: Connection;

  beforeAll(async () => {
    await buildLibrary();
    browser = await launchChromium();
    gateway = await openGateway(browser);
  });

  beforeEach(async () => {
    network = new UnevenNetwork(gateway.httpPort);
    program = await gateway.connectProgram();
    page = await gateway.openPage(await network.open());
    await page.evaluate(`play(${HIFI})`);
    await page.waitForFunction('players[0].states.at(-1) === "silent"');
  });

  afterEach(async () => {
    await page.close();
    program.abort();
    network.close();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  /** Sound for so long; what the gateway still holds of it when a test ends, the next one replaces. */
  async function play(seconds: number): Promise<void> {
    const context = await program.createContext(HIFI, { encoding: 'LIN16', preempts: true });
    const samples = Int16Array.from({ length: 2 * seconds * RATE_HZ }, (_, i) =>
      Math.round(3_000 * Math.sin(Math.floor(i / 2) / 20)),
    );
    const startTime = (await context.getTime()) + RATE_HZ / 10;
    context.play({ startTime, samples: new Uint8Array(samples.buffer) }).catch(() => {});
    await page.waitForFunction('players[0].states.at(-1) === "playing"');
  }

  it('holds back more where frames come up to 80 ms late, and then hears them all', async () => {
    const random = seededRandom(testSeed);
    network.delayMs = () => random(80);
    await play(30);
    await pause(8_000);
    const { underrunCount } = await lastReport(page);
    await pause(4_000);
    const report = await comesToTarget(page, 20);
    expect(report.targetMs).toBeGreaterThan(60);
    expect(report.targetMs).toBeLessThan(160);
    expect(report.underrunCount - underrunCount, `seed ${testSeed}`).toBeLessThanOrEqual(1);
  });

  it('runs dry once when nothing comes for a second, and is as live as before after it', async () => {
    await play(45);
    await pause(4_000);
    const before = await comesToTarget(page, 10);
    network.stall(1_000);
    await pause(2_000);
    const { underrunCount } = await lastReport(page);
    expect(underrunCount).toBe(before.underrunCount + 1);
    // What comes late is remembered for 512 frames.
    await pause(11_000);
    const after = await comesToTarget(page, 10);
    expect(after.targetMs).toBeLessThan(before.targetMs + 20);
    expect(after.underrunCount).toBe(underrunCount);
  });
});
