// A gateway that is killed and started anew under a page that listens and speaks.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClient } from '#test/integration/support/clients';
import { compileGateway } from '#test/integration/support/gateway-process';
import { startRestartable } from '#test/integration/support/restartable';
import {
  HIFI,
  playSteadySound,
  RATE_HZ,
  type SteadySound,
} from '#test/integration/support/steady-sound';
import { describeInChromium, launchChromium } from './chromium.ts';
import { ScriptedGateway } from './scripted-gateway.ts';
import { buildLibrary } from './sound-pages.ts';

describeInChromium('a page whose gateway is killed', () => {
  let browser: Browser;
  const pages = new ScriptedGateway();
  let pagePort = 0;

  beforeAll(async () => {
    await compileGateway();
    await buildLibrary();
    pagePort = await pages.start();
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await pages.close();
  });

  it('listens and speaks again when the gateway is back', async (test) => {
    const gateway = await startRestartable(test, {
      args: ['--allowed-origins', `http://127.0.0.1:${pagePort}`],
    });
    const { serverNumber, httpPort } = gateway;
    const relayUrl = `ws://127.0.0.1:${httpPort}/relay`;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${pagePort}/?gateway=${encodeURIComponent(relayUrl)}`);
    await page.waitForFunction('globalThis.isReady && relay.devices.length > 0');
    await page.evaluate(`play(${HIFI}); speak(${HIFI})`);
    const becomes = (state: string) =>
      page.waitForFunction(`players[0].states.at(-1) === ${JSON.stringify(state)}`);
    const speaks = () =>
      expect
        .poll(
          async () => {
            const answer = await fetch(`http://127.0.0.1:${httpPort}/api/speakers`);
            return (await answer.json()).map(({ device }: { device: string }) => device);
          },
          { timeout: 10_000 },
        )
        .toEqual(['hifi']);

    /** A program plays, and the page plays it on. */
    async function hears(): Promise<SteadySound> {
      const connection = await openClient(serverNumber);
      test.onTestFinished(() => connection.abort());
      const sound = await playSteadySound(test, connection);
      await becomes('playing');
      const before = await page.evaluate<number>('players[0].frameCount');
      await page.waitForFunction(`players[0].frameCount > ${before + RATE_HZ / 2}`);
      return sound;
    }

    await becomes('silent');
    await hears();
    await speaks();
    await gateway.kill();
    await becomes('waiting');
    await gateway.start();
    await becomes('silent');
    const sound = await hears();
    await speaks();
    await sound.stop();
  });
});
