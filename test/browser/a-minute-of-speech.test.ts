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
import { periodsOf, stallsOf, stepsOf, stretchesOf, type Tear } from './torn-tone.ts';

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
/** A browser's audio thread that stands still for longer has no sound for us. */
const STALL_MS = 25;
/** How well it is known when a captured sample is recorded: what is held back, and the audio thread's stalls. */
const NEAR_MS = 300;

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

interface Captured {
  readonly left: Float32Array;
  readonly rateHz: number;
  readonly moments: [number, number][];
}

async function capturedOn(page: Page): Promise<Captured> {
  const rateHz = await page.evaluate<number>('contextRateHz');
  const frameCount = (rateHz / 50) * (await page.evaluate<number>('captured.length'));
  const text = await page.evaluate<string>('capturedSamples()');
  const samples = new Int16Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
  const left = channelOf(samples, 0, Math.floor(samples.length / frameCount));
  return { left, rateHz, moments: await page.evaluate('audioMoments') };
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

  it('is recorded by a program for a minute, at its pitch and level, and not torn where the browser did not tear it', {
    timeout: 90_000,
  }, async () => {
    const page = await gateway.openPage();
    await page.evaluate('watchCapture()');
    await page.evaluate(`speak(${HIFI})`);
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    await pause(SETTLING_MS);
    const program = await gateway.connectProgram();
    const context = await program.createContext(HIFI, { encoding: 'LIN16' });
    // As much was captured when recording began, and the context's clock was then here.
    const startTime = await context.getTime();
    const capturedMs = 20 * (await page.evaluate<number>('captured.length'));
    const contextMs = await page.evaluate<number>('audioMoments.at(-1)[1]');
    const { samples } = await context.record({ startTime, byteCount: SECONDS * RATE_HZ * 4 });
    await program.close();
    const captured = await capturedOn(page);

    const left = channelOf(new Int16Array(samples.buffer), 0, 2);
    const recordedTears = tearsOf(left, RATE_HZ);
    const shifted = (tears: readonly Tear[], byMs: number): Tear[] =>
      tears.map(({ startMs, endMs }) => ({ startMs: startMs - byMs, endMs: endMs - byMs }));
    const ofMinute = ({ endMs }: Tear) => endMs > -NEAR_MS && endMs < SECONDS * 1_000 + NEAR_MS;
    const browsersTears = shifted(tearsOf(captured.left, captured.rateHz), capturedMs).filter(
      ofMinute,
    );
    const stalls = stretchesOf(stallsOf(captured.moments, STALL_MS), 20);
    const browsersStalls = shifted(stalls, contextMs).filter(ofMinute);
    const inWords = (tears: readonly Tear[]) =>
      tears
        .map(({ startMs, endMs }) => `${Math.round(startMs)}-${Math.round(endMs)} ms`)
        .join(', ');
    process.stdout.write(
      `  in a minute the browser's fake microphone tore the sound ${browsersTears.length} times (${inWords(browsersTears)}),` +
        ` its audio thread stalled ${browsersStalls.length} times (${inWords(browsersStalls)}), and the record is torn ${recordedTears.length} times (${inWords(recordedTears)})\n`,
    );
    const causes = [...browsersTears, ...browsersStalls];
    const ours = recordedTears.filter(
      (tear) =>
        !causes.some(
          (cause) => tear.startMs > cause.startMs - NEAR_MS && tear.startMs < cause.endMs + NEAR_MS,
        ),
    );
    expect(ours).toEqual([]);

    const periods = periodsOf(left, RATE_HZ / TONE_HZ);
    const wholeSteps = stepsOf(periods).filter((step) => Math.abs(step) < MOST_STEP);
    expect(wholeSteps.length).toBeGreaterThan(0.95 * periods.length);
    const meanStep = wholeSteps.reduce((sum, step) => sum + step, 0) / wholeSteps.length;
    expect(Math.abs(meanStep)).toBeLessThan(0.003);
  });
});
