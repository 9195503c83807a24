// What shows only after a while: a minute of speech, clocks that drift apart, a tab in the background. All of it
// at the same time, so that it takes a minute.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '#test/integration/support/waiting';
import { describeInChromium, launchChromium, launchTabs, type Tabs } from './chromium.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';
import { comesToTarget, lastReport, levelErrorMs } from './reports.ts';
import { pause } from './scripted-gateway.ts';
import { buildLibrary, channelOf } from './sound-pages.ts';
import { type Stretch, watchMachine } from './stalls.ts';
import { writeToneFile } from './tone-file.ts';
import { periodsOf, stepsOf, tearsOf } from './torn-tone.ts';

const CODEC = 1;
const HIFI = 2;
const RATE_HZ = 48_000;
const CODEC_RATE_HZ = 8_000;
/** A period is a whole number of samples at all rates that browsers have. */
const TONE_HZ = 300;
const AMPLITUDE = 10_000;
const SECONDS = 60;
/** The gateway finds out how late the microphone is, and follows its clock. */
const SETTLING_MS = 4_000;
/** The gateway bends the pitch by 2 % at most, after a stall; a millisecond that is missing is a third of a cycle. */
const MOST_STEP = 0.03;
/** How well it is known when a captured sample is recorded: what is held back, and the audio thread's stalls. */
const NEAR_MS = 300;
/** Where the machine does not stall. */
const MOST_TORN = 0.02;
const MOST_LISTED = 8;

/** Opens a page that hears a tone of so many seconds, which a program plays on the codec. */
async function hearTone(
  gateway: OpenGateway,
  seconds: number,
  frameMs: 10 | 20 = 20,
): Promise<Page> {
  const page = await gateway.openPage();
  await page.evaluate(`play(${CODEC}, { frameMs: ${frameMs} })`);
  await page.waitForFunction('players[0].states.at(-1) === "silent"');
  const program = await gateway.connectProgram();
  const context = await program.createContext(CODEC, { encoding: 'LIN16' });
  const samples = Int16Array.from({ length: seconds * CODEC_RATE_HZ }, (_, i) =>
    Math.round(3_000 * Math.sin((2 * Math.PI * TONE_HZ * i) / CODEC_RATE_HZ)),
  );
  const startTime = (await context.getTime()) + CODEC_RATE_HZ / 10;
  context.play({ startTime, samples: new Uint8Array(samples.buffer) }).catch(() => {});
  await page.waitForFunction('players[0].states.at(-1) === "playing"');
  return page;
}

/** What the capture worklet gave. */
async function capturedOn(page: Page) {
  const rateHz = await page.evaluate<number>('contextRateHz');
  const frameCount = (rateHz / 50) * (await page.evaluate<number>('captured.length'));
  const text = await page.evaluate<string>('capturedSamples()');
  const samples = new Int16Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
  return { left: channelOf(samples, 0, Math.floor(samples.length / frameCount)), rateHz };
}

function inWords(stretches: readonly Stretch[]): string {
  if (stretches.length === 0) return 'never';
  const times = stretches.map(({ startMs, endMs }) => {
    const lengthMs = Math.round(endMs - startMs + 1_000 / TONE_HZ);
    return `${(startMs / 1_000).toFixed(2)} s for ${lengthMs} ms`;
  });
  const listed = times.slice(0, MOST_LISTED).join(', ');
  return `${times.length} times (at ${listed}${times.length > MOST_LISTED ? ' …' : ''})`;
}

/** Those that have to do with the minute that begins then, counted from its beginning. */
function ofMinute(stretches: readonly Stretch[], beginMs: number): Stretch[] {
  return stretches
    .map(({ startMs, endMs }) => ({ startMs: startMs - beginMs, endMs: endMs - beginMs }))
    .filter(({ endMs }) => endMs > -NEAR_MS && endMs < SECONDS * 1_000 + NEAR_MS);
}

/** Those that come neither with one of the causes nor right after a tear that did. In order of time. */
function withoutCause(tears: readonly Stretch[], causes: readonly Stretch[]): Stretch[] {
  const known = [...causes];
  return tears.filter((tear) => {
    const hasCause = known.some(
      (cause) => tear.startMs > cause.startMs - NEAR_MS && tear.startMs < cause.endMs + NEAR_MS,
    );
    if (hasCause) known.push(tear);
    return !hasCause;
  });
}

function say(what: string): void {
  process.stdout.write(`  ${what}\n`);
}

/**
 * Side by side. The gateways run in this process, so that nobody works out what was measured before the
 * microphone is recorded: that would stall it.
 */
describeInChromium('in the long run', () => {
  let folder: string;
  let browser: Browser;
  let tabs: Tabs;
  const gateways: OpenGateway[] = [];
  let sayRecorded = () => {};
  const isRecorded = new Promise<void>((resolve) => {
    sayRecorded = resolve;
  });

  async function open(...[host, options]: Parameters<typeof openGateway>): Promise<OpenGateway> {
    const gateway = await openGateway(host, options);
    gateways.push(gateway);
    return gateway;
  }

  beforeAll(async () => {
    await buildLibrary();
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-long-run-'));
    const seconds = SECONDS + 60;
    const file = await writeToneFile(folder, { hz: TONE_HZ, amplitude: AMPLITUDE, seconds });
    browser = await launchChromium({ args: [`--use-file-for-fake-audio-capture=${file}`] });
    tabs = await launchTabs();
  });

  afterAll(async () => {
    await browser?.close();
    await tabs?.close();
    for (const gateway of gateways) await gateway.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.concurrent('a microphone is recorded at its pitch and level, and without a gap of our own', {
    timeout: 90_000,
  }, async () => {
    const gateway = await open(browser);
    const page = await gateway.openPage();
    await page.evaluate('keepCaptured()');
    await page.evaluate(`speak(${HIFI})`);
    await page.waitForFunction('microphoneStates.at(-1).kind === "live"');
    const machine = await watchMachine(page);
    await pause(SETTLING_MS);
    const program = await gateway.connectProgram();
    const context = await program.createContext(HIFI, { encoding: 'LIN16' });
    const startTime = await context.getTime();
    // So much had been captured when recording began.
    const beginMs = Date.now();
    const capturedMs = 20 * (await page.evaluate<number>('captured.length'));
    const recording = context.record({ startTime, byteCount: SECONDS * RATE_HZ * 4 });
    const { samples } = await recording.finally(sayRecorded);
    const stalled = ofMinute((await machine()).stalls, beginMs);
    const { left: captured, rateHz } = await capturedOn(page);
    await page.close();
    await program.close();

    const recorded = channelOf(new Int16Array(samples.buffer), 0, 2);
    const tone = { toneHz: TONE_HZ, amplitude: AMPLITUDE, mostStep: MOST_STEP };
    const recordedTears = tearsOf(recorded, { ...tone, rateHz: RATE_HZ });
    const capturedTears = ofMinute(tearsOf(captured, { ...tone, rateHz }), capturedMs);
    say(`the browser's own fake microphone was torn ${inWords(capturedTears)};`);
    say(`the machine stalled ${inWords(stalled)};`);
    say(`what was recorded is torn ${inWords(recordedTears)}`);
    const ours = withoutCause(recordedTears, [...capturedTears, ...stalled]);
    expect(ours).toEqual([]);

    const periods = periodsOf(recorded, RATE_HZ / TONE_HZ);
    const wholeSteps = stepsOf(periods).filter((step) => Math.abs(step) < MOST_STEP);
    const stalledPeriods = (stalled.length * NEAR_MS * TONE_HZ) / 1_000;
    const leastWhole = (1 - MOST_TORN) * periods.length - stalledPeriods;
    expect(wholeSteps.length).toBeGreaterThan(leastWhole);
    const meanStep = wholeSteps.reduce((sum, step) => sum + step, 0) / wholeSteps.length;
    expect(Math.abs(meanStep)).toBeLessThan(0.003);
  });

  it.concurrent.each([
    [500, 10],
    [-200, 20],
  ] as const)(
    'a gateway whose clock is off by %i ppm is followed with frames of %i ms, and nothing runs dry',
    { timeout: 90_000 },
    async (clockFastPpm, frameMs) => {
      const gateway = await open(browser, { clockFastPpm });
      const page = await hearTone(gateway, SECONDS + 5, frameMs);
      const machine = await watchMachine(page);
      await pause(SETTLING_MS);
      const before = await lastReport(page);
      await pause(SECONDS * 1_000 - SETTLING_MS);
      const { driftPpm, targetMs, underrunCount } = await lastReport(page);
      const errorMs = await levelErrorMs(page, 15);
      await isRecorded;
      const { stalls, soundFastPpm } = await machine();
      const isOffPpm = clockFastPpm - soundFastPpm;
      const underruns = underrunCount - before.underrunCount;
      say(
        `a clock ${isOffPpm.toFixed(0)} ppm faster than the sound's was found to be ${driftPpm.toFixed(0)} ppm faster; the level was off by ${errorMs.toFixed(1)} ms from ${targetMs.toFixed(0)} ms; ${underruns} underruns, ${stalls.length} stalls of the machine`,
      );
      // A sound clock that jumped is no line; how both see it depends on when it did.
      expect(Math.abs(driftPpm - isOffPpm)).toBeLessThan(100 + Math.abs(soundFastPpm));
      expect(Math.abs(errorMs)).toBeLessThan(5 + stalls.length);
      expect(underruns).toBeLessThanOrEqual(stalls.length);
    },
  );

  it.concurrent('a tab in the background plays on, and is live again after it was frozen', {
    timeout: 90_000,
  }, async () => {
    const gateway = await open(tabs.window);
    const page = await hearTone(gateway, 80);
    await page.evaluate(`{
      globalThis.ticks = 0;
      setInterval(() => ticks++, 50);
    }`);
    const session = await tabs.window.newCDPSession(page);
    const playedMs = async () =>
      ((await page.evaluate<number>('players[0].frameCount')) * 1_000) / CODEC_RATE_HZ;
    await pause(SETTLING_MS);
    const inFront = await comesToTarget(page, 10);

    await tabs.window.newPage();
    const isHidden = () => page.evaluate<boolean>('document.visibilityState === "hidden"');
    await until('the page is hidden', 5_000, isHidden);
    const machine = await watchMachine(page, { isHidden: true });
    const ticks = await page.evaluate<number>('ticks');
    const [startMs, hiddenAtMs] = [await playedMs(), Date.now()];
    await pause(10_000);
    const missingMs = Date.now() - hiddenAtMs - ((await playedMs()) - startMs);
    expect(Math.abs(missingMs)).toBeLessThan(500);
    // Hidden pages have a turn of their timers a second.
    expect((await page.evaluate<number>('ticks')) - ticks).toBeLessThan(20);
    expect(await page.evaluate('players[0].states.at(-1)')).toBe('playing');
    expect(await page.evaluate('relay.state.kind')).toBe('live');
    const hidden = await comesToTarget(page, 10);
    const { stalls } = await machine();
    const underruns = hidden.underrunCount - inFront.underrunCount;
    say(`in the background: ${underruns} underruns, ${stalls.length} stalls of the machine`);
    expect(underruns).toBeLessThanOrEqual(stalls.length);

    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await pause(3_000);
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    // Whether it has run dry depends on whether the browser froze its sound, too.
    await pause(1_000);
    const thawed = await lastReport(page);
    await page.bringToFront();
    // What comes late is remembered for 512 frames.
    const hasForgotten = async () => (await lastReport(page)).targetMs < hidden.targetMs + 30;
    await until('what came late is forgotten', 20_000, hasForgotten, 250);
    const after = await comesToTarget(page, 10);
    say(
      `after it was frozen: ${thawed.underrunCount - hidden.underrunCount} underruns, then ${after.underrunCount - thawed.underrunCount}; the target is ${after.targetMs.toFixed(0)} ms, and was ${hidden.targetMs.toFixed(0)} ms`,
    );
    expect(await page.evaluate('relay.state.kind')).toBe('live');
  });
});
