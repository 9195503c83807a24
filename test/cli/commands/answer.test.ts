// af answer, end to end: a page calls a gateway, and the answering machine keeps what it says.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSound } from '#cli/sound-files/reading';
import type { ConfigurationInput } from '#server/config';
import { createDtmfDetector } from '#shared/audio/dtmf-detector';
import type { VoiceMessage } from '#shared/relay/voice-message';
import { type Caller, openCaller } from '#test/integration/support/caller';
import { startTestGateway } from '#test/integration/support/gateway';
import { folderOf, type RunningTest } from '#test/integration/support/running-test';
import { until } from '#test/integration/support/waiting';
import { fitTone } from '#test/shared/audio/tone-fit';
import { type Running, startAf } from './support/in-process.ts';
import { sineBytes, writeWav } from './support/sounds.ts';

const GREETING_SECONDS = 0.2;
const phoneFormat = {
  encoding: 'LIN16',
  rateHz: 8_000,
  channelCount: 1,
  bigEndian: false,
} as const;

/** A gateway, a machine that waits, and a caller whom it will answer at the first ring. */
async function startMachine(
  test: RunningTest,
  args: readonly string[] = [],
  configuration: ConfigurationInput = {},
) {
  const folder = path.join(folderOf(test), 'messages');
  const greeting = path.join(folderOf(test), 'greeting.wav');
  await writeWav(greeting, phoneFormat, sineBytes(700, phoneFormat, GREETING_SECONDS));
  const gateway = await startTestGateway(test, { messagesFolder: folder, ...configuration });
  const machine = startAf(
    ['answer', '--rings', '1', '--greeting', greeting, '--folder', folder, '--json', ...args],
    { server: `unix:${gateway.serverNumber}` },
  );
  test.onTestFinished(() => machine.interrupt());
  await until('the machine waits', 5_000, () => machine.notes().includes('Waiting for calls'));
  const caller = await openCaller(test, gateway.page);
  return { gateway, machine, caller, folder };
}

async function samplesOf(file: string): Promise<Int16Array> {
  const { format, samples } = await openSound(file);
  expect(format).toMatchObject({ encoding: 'LIN16', rateHz: 8_000, channelCount: 1 });
  const chunks: Uint8Array[] = [];
  for await (const chunk of samples) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}

/** From the first to the last sample that is louder than a tenth of full scale. */
function loudPart(samples: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 3_277;
  return samples.slice(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1);
}

async function outcomes(machine: Running, count: number): Promise<Record<string, unknown>[]> {
  return (await machine.lines(count)).map((line) => JSON.parse(line));
}

async function untilBeep(caller: Caller): Promise<void> {
  await caller.until('up');
  await until('the beep', 5_000, () => beepIn(caller.heard()) !== undefined);
}

/** The last 0.4 s that were heard, where they are the beep's tone. */
function beepIn(heard: Int16Array): Int16Array | undefined {
  const loud = loudPart(heard);
  if (loud.length < 0.6 * 8_000) return undefined;
  const beep = loud.slice(-0.4 * 8_000 + 200, -200);
  return fitTone(beep, 1_000, 8_000).snrDb > 20 ? beep : undefined;
}

/** Nothing but the tone, without a gap; the gateway runs it faster or slower as it arrives. */
function expectTone(samples: Int16Array, frequencyHz: number): void {
  for (let at = 0; at + 80 <= samples.length; at += 80) {
    const { snrDb } = fitTone(samples.slice(at, at + 80), frequencyHz, 8_000);
    expect(snrDb).toBeGreaterThan(8);
  }
}

function keysIn(samples: Int16Array): string {
  let keys = '';
  const detector = createDtmfDetector({
    rateHz: 8_000,
    onEvent: ({ kind, digit }) => {
      if (kind === 'start') keys += digit;
    },
  });
  detector.add16(samples, 0, samples.length);
  return keys;
}

describe.concurrent('af answer', () => {
  it('greets, beeps, and keeps what the caller says until #, for the page to hear', async (test) => {
    const { gateway, machine, caller, folder } = await startMachine(test);
    caller.call();
    await untilBeep(caller);
    await caller.say(440, 1);
    await caller.say(0, 0.3);
    caller.key('#', true);
    caller.key('#', false);
    const [outcome] = await outcomes(machine, 1);
    expect(outcome?.end).toBe('key');
    await caller.until('none');

    const heard = caller.heard();
    const greetingFrame = heard.findIndex((sample) => Math.abs(sample) > 3_000) - 1;
    const greeting = heard.slice(greetingFrame, greetingFrame + 1_600);
    expect(fitTone(greeting, 700, 8_000).snrDb).toBeGreaterThan(30);
    // A quarter of a second lies between the greeting and the beep, in which nothing sounds.
    const beepFrame = greetingFrame + 1_600 + 2_000;
    expect(heard.slice(greetingFrame + 1_602, beepFrame - 2).every((sample) => sample === 0)).toBe(
      true,
    );
    const beep = fitTone(heard.slice(beepFrame + 200, beepFrame + 3_000), 1_000, 8_000);
    expect(beep.snrDb).toBeGreaterThan(30);
    expect(beep.levelDb - 20 * Math.log10(32_768)).toBeCloseTo(-12, 0);

    const { messages } = await (await fetch(`${gateway.page}api/messages`)).json();
    const [message]: VoiceMessage[] = messages;
    expect(message).toMatchObject({ id: outcome?.id, durationSeconds: outcome?.durationSeconds });
    expect(readdirSync(folder)).toEqual([`${outcome?.id}.wav`]);
    const place = `${gateway.page}api/messages/${message?.id}`;
    const bytes = Buffer.from(await (await fetch(place)).arrayBuffer());
    expect(bytes).toEqual(readFileSync(String(outcome?.file)));
    const samples = await samplesOf(String(outcome?.file));
    const loud = loudPart(samples);
    expect(Math.abs(loud.length / 8_000 - 1)).toBeLessThan(0.03);
    expectTone(loud, 440);
    expect(keysIn(samples)).toBe('');
    expect((await fetch(place, { method: 'DELETE' })).status).toBe(204);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends a message at a silence, of which it keeps little, and takes the next call', async (test) => {
    const { machine, caller } = await startMachine(test, ['--silence', '0.5s']);
    for (const frequencyHz of [440, 500]) {
      caller.call();
      await untilBeep(caller);
      await caller.say(frequencyHz, 0.5);
      await caller.until('none');
      caller.page.frames.length = 0;
    }
    for (const [index, outcome] of (await outcomes(machine, 2)).entries()) {
      expect(outcome.end).toBe('silence');
      const samples = await samplesOf(String(outcome.file));
      const loud = loudPart(samples);
      expect(Math.abs(loud.length / 8_000 - 0.5)).toBeLessThan(0.03);
      expectTone(loud, [440, 500][index] ?? 0);
      const tailFrames = samples.length - samples.findLastIndex((sample) => sample > 3_277);
      expect(tailFrames).toBeLessThan(0.3 * 8_000);
    }
  });

  it.for([
    ['hangs up', (caller: Caller) => caller.hangUp()],
    ['vanishes', (caller: Caller) => caller.page.webSocket.terminate()],
  ] as const)('keeps what a caller said who %s, and hangs up', async ([, leave], test) => {
    const { gateway, machine, caller } = await startMachine(test, ['--once']);
    caller.call();
    await untilBeep(caller);
    await caller.say(440, 0.5);
    await caller.say(0, 0.2);
    leave(caller);
    const [outcome] = await outcomes(machine, 1);
    expect(outcome?.end).toBe('hungUp');
    expectTone(loudPart(await samplesOf(String(outcome?.file))), 440);
    expect((await machine.ended).code).toBe(0);
    const line = await (await gateway.connect()).createContext(0);
    expect((await line.phone.state()).isOffHook).toBe(false);
  });
});
