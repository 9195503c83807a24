// The rate of every device against this machine's monotonic clock.
import { expect, it } from 'vitest';
import type { Context } from '#shared/client/index';
import { startTestGateway } from './support/gateway.ts';
import { sleepMs } from './support/waiting.ts';

const MEASURED_MS = 3_000;
const MOST_DEVIATION = 0.001;
const TRIES = 30;

interface Reading {
  readonly frame: number;
  readonly atMs: number;
  /** The frame was read within so long of `atMs`. */
  readonly uncertaintyMs: number;
}

/** Of several readings the one with the shortest way there and back. */
async function readTime(context: Context): Promise<Reading> {
  const readings: Reading[] = [];
  for (let left = TRIES; left > 0; left -= 1) {
    const sentMs = performance.now();
    const frame = await context.getTime();
    const uncertaintyMs = (performance.now() - sentMs) / 2;
    readings.push({ frame, atMs: sentMs + uncertaintyMs, uncertaintyMs });
  }
  return readings.reduce((best, one) => (one.uncertaintyMs < best.uncertaintyMs ? one : best));
}

it('is within a thousandth of what the device says, for all devices at once', async (test) => {
  const { connect } = await startTestGateway(test);
  const client = await connect();
  const contexts = await Promise.all(client.devices.map((device) => client.createContext(device)));
  const readAll = async (): Promise<Reading[]> => {
    const readings: Reading[] = [];
    for (const context of contexts) readings.push(await readTime(context));
    return readings;
  };
  const first = await readAll();
  await sleepMs(MEASURED_MS);
  const last = await readAll();
  for (const [index, { playRateHz }] of client.devices.entries()) {
    const [one, other] = [first[index], last[index]] as [Reading, Reading];
    const elapsedMs = other.atMs - one.atMs;
    const rateHz = (1_000 * (other.frame - one.frame)) / elapsedMs;
    const oneFrameMs = 1_000 / playRateHz;
    const uncertainty = (one.uncertaintyMs + other.uncertaintyMs + oneFrameMs) / elapsedMs;
    // Otherwise the measurement says nothing.
    expect(uncertainty).toBeLessThan(MOST_DEVIATION);
    expect(Math.abs(rateHz / playRateHz - 1)).toBeLessThan(MOST_DEVIATION + uncertainty);
  }
});
