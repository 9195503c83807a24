// A page's microphone for a minute, as a program hears it through a whole gateway.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInChromium, launchChromium } from './chromium.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';
import { pause } from './scripted-gateway.ts';
import { buildLibrary, channelOf } from './sound-pages.ts';
import { writeToneFile } from './tone-file.ts';
import {
  lateMoments,
  missedTurns,
  periodsOf,
  stepsOf,
  stretchesOf,
  type Tear,
} from './torn-tone.ts';

const HIFI = 2;
const RATE_HZ = 48_000;
/** A period is a whole number of samples at all rates that browsers have. */
const TONE_HZ = 300;
const PERIOD_MS = 1_000 / TONE_HZ;
const AMPLITUDE = 10_000;
const SECONDS = 60;
/** The gateway finds out how late the microphone is, and follows its clock. */
const SETTLING_MS = 4_000;
/** The gateway bends the pitch by 0.5 % at most; a millisecond that is missing is a third of a cycle. */
const MOST_STEP = 0.01;
/** Sound is held back for 50 ms. A machine that lets page or gateway wait for a good part of that can tear it. */
const STALL_MS = 20;
/** How well it is known when a captured sample is recorded: what is held back, and the audio thread's stalls. */
const NEAR_MS = 300;
/** Whatever the machine does. */
const MOST_TORN = 0.02;
const MOST_LISTED = 10;

/** Where a tone is weaker than it was, or jumps. */
function tearsOf(samples: Float32Array, rateHz: number): Tear[] {
  const periods = periodsOf(samples, rateHz / TONE_HZ);
  const steps = stepsOf(periods);
  const torn = periods.flatMap(({ amplitude }, i) => {
    const isWhole = Math.abs(amplitude / AMPLITUDE - 1) < 0.03;
    return isWhole && Math.abs(steps[i - 1] ?? 0) < MOST_STEP ? [] : [i * PERIOD_MS];
  });
  return stretchesOf(torn, 20);
}

/** What the capture worklet gave, and when the page's threads had their turns, on the wall clock. */
async function capturedOn(page: Page) {
  const rateHz = await page.evaluate<number>('contextRateHz');
  const frameCount = (rateHz / 50) * (await page.evaluate<number>('captured.length'));
  const text = await page.evaluate<string>('capturedSamples()');
  const samples = new Int16Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
  const left = channelOf(samples, 0, Math.floor(samples.length / frameCount));
  const audioMoments = await page.evaluate<[number, number][]>('audioMoments');
  const pageMoments = await page.evaluate<number[]>('pageMoments');
  return { left, rateHz, audioMoments, pageMoments };
}

function inWords(tears: readonly Tear[]): string {
  if (tears.length === 0) return 'never';
  const times = tears.map(
    ({ startMs, endMs }) =>
      `${(startMs / 1_000).toFixed(2)} s for ${Math.round(endMs - startMs + PERIOD_MS)} ms`,
  );
  const listed = times.slice(0, MOST_LISTED).join(', ');
  return `${tears.length} times (at ${listed}${times.length > MOST_LISTED ? ' …' : ''})`;
}

describeInChromium('a microphone', () => {
  let folder: string;
  let browser: Browser;
  let gateway: OpenGateway;

  beforeAll(async () => {
    await buildLibrary();
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-speech-'));
    const seconds = SECONDS + 30;
    const file = await writeToneFile(folder, { hz: TONE_HZ, amplitude: AMPLITUDE, seconds });
    browser = await launchChromium({ args: [`--use-file-for-fake-audio-capture=${file}`] });
    gateway = await openGateway(browser);
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is recorded by a program for a minute, at its pitch and level, and without a gap of our own', {
    timeout: 90_000,
  }, async () => {
    const page = await gateway.openPage();
    await page.evaluate('watchCapture()');
    await page.evaluate(`speak(${HIFI})`);
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    await pause(SETTLING_MS);
    const program = await gateway.connectProgram();
    const context = await program.createContext(HIFI, { encoding: 'LIN16' });
    const startTime = await context.getTime();
    // So much had been captured when recording began.
    const startMs = Date.now();
    const capturedMs = 20 * (await page.evaluate<number>('captured.length'));
    const gatewayMoments: number[] = [];
    const turns = setInterval(() => gatewayMoments.push(Date.now()), 10);
    const { samples } = await context.record({ startTime, byteCount: SECONDS * RATE_HZ * 4 });
    clearInterval(turns);
    await program.close();
    const { left: captured, rateHz, audioMoments, pageMoments } = await capturedOn(page);

    const since = (beginMs: number, tears: readonly Tear[]): Tear[] =>
      tears
        .map((tear) => ({ startMs: tear.startMs - beginMs, endMs: tear.endMs - beginMs }))
        .filter(({ endMs }) => endMs > -NEAR_MS && endMs < SECONDS * 1_000 + NEAR_MS);
    const recorded = channelOf(new Int16Array(samples.buffer), 0, 2);
    const recordedTears = tearsOf(recorded, RATE_HZ);
    const capturedTears = since(capturedMs, tearsOf(captured, rateHz));
    const stalled = since(
      startMs,
      stretchesOf(
        [
          ...lateMoments(audioMoments, STALL_MS),
          ...missedTurns(pageMoments, STALL_MS),
          ...missedTurns(gatewayMoments, STALL_MS),
        ].toSorted((a, b) => a - b),
        20,
      ),
    );
    process.stdout.write(
      `  in a minute the browser's own fake microphone was torn ${inWords(capturedTears)}, the machine stalled ${inWords(stalled)}, the record is torn ${inWords(recordedTears)}\n`,
    );
    const causes = [...capturedTears, ...stalled];
    const ours = recordedTears.filter(
      (tear) =>
        !causes.some(
          (cause) => tear.startMs > cause.startMs - NEAR_MS && tear.startMs < cause.endMs + NEAR_MS,
        ),
    );
    expect(ours).toEqual([]);

    const periods = periodsOf(recorded, RATE_HZ / TONE_HZ);
    const wholeSteps = stepsOf(periods).filter((step) => Math.abs(step) < MOST_STEP);
    expect(wholeSteps.length).toBeGreaterThan((1 - MOST_TORN) * periods.length);
    const meanStep = wholeSteps.reduce((sum, step) => sum + step, 0) / wholeSteps.length;
    expect(Math.abs(meanStep)).toBeLessThan(0.003);
  });
});
