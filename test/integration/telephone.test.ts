// Whole calls over real sockets, each way: a page and a program of the client library, a gateway between them.
import { describe, expect, it } from 'vitest';
import { DTMF_DIGITS, DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import type { AudioEvent } from '#shared/client/index';
import { predefinedAtoms } from '#shared/protocol/atoms';
import { rmsDb } from '#test/shared/audio/tone-fit';
import { digitsIn } from '#test/support/digits-in';
import { phoneEventInWords } from '#test/support/phone-events';
import { bytesOf16, muLawNoise, samplesOf16, sine16 } from '#test/support/sounds';
import { openPage, type TestPage } from '#test/support/web-socket-client';
import { startTestGateway } from './support/gateway.ts';
import { openMicrophone } from './support/microphone.ts';
import type { RunningTest } from './support/running-test.ts';

const RATE_HZ = 8_000;
const PHONE = 0;

async function startLine(test: RunningTest) {
  const gateway = await startTestGateway(test, { unixSocket: false });
  const program = await gateway.connect();
  const line = await program.createContext(PHONE);
  const events = line.events([
    'PhoneRing',
    'PhoneDTMF',
    'PhoneLoop',
    'PhoneHookSwitch',
    'Property',
  ]);
  await program.sync();
  return {
    gateway,
    line,
    /** The same line in 16 bits. */
    line16: await program.createContext(PHONE, { encoding: 'LIN16' }),
    events,
    /** A page that listens. */
    async openTelephone(): Promise<TestPage> {
      const page = await openPage(gateway.page);
      await page.next('devices');
      page.send({ type: 'listen', device: PHONE, frameMs: 10 });
      return page;
    },
  };
}

type Line = Awaited<ReturnType<typeof startLine>>;

async function nextEvent({ events }: Line): Promise<AudioEvent> {
  const { value } = await events.next();
  if (value === undefined) throw new Error('events ended');
  return value;
}

async function nextEvents(line: Line, count: number): Promise<string[]> {
  const words: string[] = [];
  while (words.length < count) words.push(phoneEventInWords(await nextEvent(line)));
  return words;
}

/** What the program plays arrives at the page as it is, sample by sample. */
async function expectToHear({ line }: Line, page: TestPage): Promise<void> {
  const played = muLawNoise(4_000, 7);
  page.frames.length = 0;
  const startTime = (await line.getTime()) + 800;
  await line.play({ startTime, samples: played });
  const heard = new Uint8Array(played.length);
  const end = () => {
    const header = page.frames.at(-1)?.frame.header;
    return header === undefined ? 0 : header.startTime + header.frameCount - startTime;
  };
  await page.until(() => end() >= played.length);
  for (const { frame } of page.frames) {
    const at = frame.header.startTime - startTime;
    const from = Math.max(0, -at);
    heard.set(frame.samples.subarray(from, Math.max(from, played.length - at)), at + from);
  }
  expect(heard).toEqual(played);
}

/** What the page says into its microphone is recorded by the program, at its pitch and level. */
async function expectToBeHeard({ line16 }: Line, page: TestPage): Promise<void> {
  const spoken = sine16(4 * RATE_HZ, { rateHz: RATE_HZ, hertz: 1_000, amplitude: 8_000 });
  const close = openMicrophone(
    page,
    { device: PHONE, rateHz: RATE_HZ },
    (startFrame, frameCount) =>
      startFrame < spoken.length ? spoken.subarray(startFrame, startFrame + frameCount) : undefined,
  );
  const startTime = (await line16.getTime()) + RATE_HZ / 2;
  const { samples } = await line16.record({ startTime, byteCount: RATE_HZ });
  close();
  page.send({ type: 'unspeak', device: PHONE });
  const recorded = samplesOf16(samples);
  expect(rmsDb(recorded) - 20 * Math.log10(8_000 / Math.SQRT2)).toBeCloseTo(0, 0);
  // While the gateway still learns how the page's clock goes, it corrects the rate by up to 2 %.
  const rises = recorded.filter((sample, i) => sample >= 0 && (recorded[i - 1] ?? 0) < 0).length;
  expect(Math.abs(rises / 500 - 1)).toBeLessThan(0.025);
}

/** Plays digits as the original library's dialer does, and gives when they have sounded. */
async function playDigits({ line16 }: Line, digits: string): Promise<number> {
  const segments = dtmfSegments(digits);
  const options = { rateHz: RATE_HZ, segments, repeat: false, rampMs: DTMF_RAMP_MS };
  const generator = createToneGenerator(options);
  const samples = new Int16Array(generator.totalFrames);
  generator.fill16(samples, 0, samples.length);
  const startTime = (await line16.getTime()) + 800;
  await line16.play({ startTime, samples: bytesOf16(samples) });
  return startTime + samples.length;
}

/** All sixteen keys of the page reach the program as events and tones, and those of the program the page. */
async function expectKeysBothWays(line: Line, page: TestPage): Promise<void> {
  const { line16 } = line;
  const startTime = await line16.getTime();
  for (const digit of DTMF_DIGITS) {
    page.send({ type: 'key', device: PHONE, digit, isDown: true });
    page.send({ type: 'key', device: PHONE, digit, isDown: false });
  }
  await playDigits(line, DTMF_DIGITS);
  const downAndUp = [...DTMF_DIGITS].flatMap((digit) => [`${digit} 1`, `${digit} 0`]);
  expect(await nextEvents(line, downAndUp.length)).toEqual(downAndUp);
  const frameCount = (await line16.getTime()) - startTime;
  const { samples } = await line16.record({ startTime, byteCount: 2 * frameCount });
  expect(digitsIn(samplesOf16(samples), RATE_HZ)).toBe(DTMF_DIGITS);
  const heard: string[] = [];
  while (heard.length < downAndUp.length) {
    const { digit, isDown } = await page.next('key');
    heard.push(`${digit} ${Number(isDown)}`);
  }
  expect(heard).toEqual(downAndUp);
}

describe('a page that calls', () => {
  it('talks with a program, presses keys, and hangs up by vanishing', async (test) => {
    const bench = await startLine(test);
    const { line, openTelephone } = bench;
    const [kitchen, attic] = [await openTelephone(), await openTelephone()];
    kitchen.send({ type: 'call', device: PHONE });
    const ring = await nextEvent(bench);
    expect(phoneEventInWords(ring)).toBe('PhoneRing 1');
    if (ring.event !== 'PhoneRing') throw new Error('it does not ring');
    expect(Math.abs(ring.seconds + ring.microseconds / 1e6 - Date.now() / 1_000)).toBeLessThan(1);
    expect((await line.getTime()) - ring.time).toBeLessThan(RATE_HZ);
    expect(await kitchen.next('call')).toMatchObject({ state: 'calling' });
    attic.send({ type: 'call', device: PHONE });
    expect(await attic.next('call')).toMatchObject({ state: 'none', ended: 'busy' });

    await line.phone.pickUp();
    expect(await nextEvents(bench, 3)).toEqual(['PhoneHookSwitch 1', 'PhoneRing 0', 'PhoneLoop 1']);
    expect(await kitchen.next('call')).toMatchObject({ state: 'up' });
    expect(await line.phone.state()).toEqual({ isOffHook: true, hasLoopCurrent: true });
    await expectToHear(bench, kitchen);
    await expectToBeHeard(bench, kitchen);
    await expectKeysBothWays(bench, kitchen);

    kitchen.webSocket.terminate();
    expect(await nextEvents(bench, 1)).toEqual(['PhoneLoop 0']);
    await line.phone.hangUp();
    expect(await nextEvents(bench, 1)).toEqual(['PhoneHookSwitch 0']);
  });
});

describe('a program that dials', () => {
  it('with tones of its own rings the page of that number, and talks with it', async (test) => {
    const bench = await startLine(test);
    const { line, openTelephone } = bench;
    const kitchen = await openTelephone();
    kitchen.send({ type: 'telephone', device: PHONE, number: '42' });
    expect(await kitchen.next('telephone')).toMatchObject({ number: '42' });
    await line.phone.pickUp();
    await playDigits(bench, '42');
    expect(await kitchen.next('call')).toMatchObject({ state: 'ringing' });
    expect(await nextEvents(bench, 2)).toEqual(['PhoneHookSwitch 1', 'Property']);
    const dialed = await line.properties.get('LAST_NUMBER_DIALED');
    expect(dialed?.type).toBe(predefinedAtoms.STRING);
    expect(Buffer.from(dialed?.data ?? []).toString()).toBe('42');

    kitchen.send({ type: 'answer', device: PHONE });
    expect(await kitchen.next('call')).toMatchObject({ state: 'up' });
    expect(await nextEvents(bench, 1)).toEqual(['PhoneLoop 1']);
    await expectToHear(bench, kitchen);
    const answer = await fetch(`${bench.gateway.page}api/telephones`);
    expect(await answer.json()).toMatchObject([
      { device: 'phone', state: 'up', call: { direction: 'out', pageName: 'test' } },
    ]);
    await line.phone.hangUp();
    expect(await nextEvents(bench, 2)).toEqual(['PhoneHookSwitch 0', 'PhoneLoop 0']);
    expect(await kitchen.next('call')).toMatchObject({ state: 'none', ended: 'hungUp' });
  });
});
