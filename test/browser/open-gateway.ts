// A whole gateway, programs on it, and pages that embed the library and know the gateway.
import { connect as connectSocket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { configurationFrom } from '#server/config';
import { nodeStream } from '#server/transport/node-stream';
import { startGateway } from '#server/wiring/gateway';
import { machineTime, type ServerTime } from '#server/wiring/sound-server';
import { type Connection, connectAudioFile } from '#shared/client/index';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { ScriptedGateway } from './scripted-gateway.ts';

export interface OpenGateway {
  readonly httpPort: number;
  connectProgram(): Promise<Connection>;
  /** A page that reaches the relay at that port: the gateway's own unless something stands between. */
  openPage(relayPort?: number): Promise<Page>;
  /** The browser is closed before. */
  close(): Promise<void>;
}

/** The machine's time, on a clock that is fast by so many millionths. */
function timeFastBy(ppm: number): ServerTime {
  const { clock, timers } = machineTime;
  const speed = 1 + ppm / 1e6;
  return {
    clock: { nowMs: () => clock.nowMs() * speed },
    timers: { after: (delayMs, callback) => timers.after(delayMs / speed, callback) },
  };
}

export async function openGateway(
  browser: Pick<Browser, 'newPage'>,
  { clockFastPpm = 0 } = {},
): Promise<OpenGateway> {
  // The page is another site's, as pages are that embed the library.
  const pages = new ScriptedGateway();
  const pagePort = await pages.start();
  const [serverNumber, httpPort] = [await freeServerNumber(), await freePort()];
  const gateway = await startGateway(
    configurationFrom({
      ...{ serverNumber, httpPort, unixSocket: false },
      allowedOrigins: [`http://127.0.0.1:${pagePort}`],
    }),
    silentLog,
    timeFastBy(clockFastPpm),
  );
  const [address = ''] = gateway.addresses.audioFile;

  return {
    httpPort,
    connectProgram() {
      const socket = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
      return connectAudioFile(nodeStream(socket));
    },
    async openPage(relayPort = httpPort) {
      const page = await browser.newPage();
      const relayUrl = `ws://127.0.0.1:${relayPort}/relay`;
      await page.goto(`http://127.0.0.1:${pagePort}/?gateway=${encodeURIComponent(relayUrl)}`);
      await page.waitForFunction('globalThis.isReady && relay.devices.length > 0');
      return page;
    },
    async close() {
      await pages.close();
      await gateway.close();
    },
  };
}
