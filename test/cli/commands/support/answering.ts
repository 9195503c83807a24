// A gateway with a telephone line, an answering machine that waits on it, and what a caller hears and says there.
import path from 'node:path';
import { expect } from 'vitest';
import { linearFormat } from '#cli/sound/linear-sound';
import type { ConfigurationInput } from '#server/config';
import { advance } from '#shared/audio/time';
import { type Caller, openCaller } from '#test/integration/support/caller';
import { startTestGateway, type TestGateway } from '#test/integration/support/gateway';
import { folderOf, type RunningTest } from '#test/integration/support/running-test';
import { until } from '#test/integration/support/waiting';
import { fitTone } from '#test/shared/audio/tone-fit';
import { type Running, startAf } from './in-process.ts';
import { sineBytes, writeWav } from './sounds.ts';

type DeviceInput = NonNullable<ConfigurationInput['devices']>[number];

export const RATE_HZ = 8_000;
export const GREETING_SECONDS = 0.2;
/** So long may the machine that this runs on stand still, and nothing said is late. */
const LEAD_SECONDS = 0.3;
/** Between the greeting and the beep, and of the beep. */
export const PAUSE_FRAMES = 0.25 * RATE_HZ;
const BEEP_FRAMES = 0.4 * RATE_HZ;
export const ANNOUNCEMENT_FRAMES = GREETING_SECONDS * RATE_HZ + PAUSE_FRAMES + BEEP_FRAMES;
export const phoneFormat = linearFormat(RATE_HZ);

/** Its second input is what it plays itself, through which a program can speak to the frame. */
export const phone: DeviceInput = {
  name: 'phone',
  rateHz: RATE_HZ,
  encoding: 'MU255',
  channelCount: 1,
  inputs: ['microphones', 'monitor'],
  hasPhoneLine: true,
};

interface Setting {
  readonly gateway: TestGateway;
  readonly machine: Running;
  readonly caller: Caller;
  /** Where messages go; not there before the machine starts. */
  readonly folder: string;
}

/** A gateway, a machine that waits, and a caller whom it will answer at the first ring. */
export async function startMachine(
  test: RunningTest,
  args: readonly string[] = [],
): Promise<Setting> {
  const folder = path.join(folderOf(test), 'messages');
  const gateway = await startTestGateway(test, { messagesFolder: folder, devices: [phone] });
  const machine = await machineOn(test, gateway, folder, args);
  return { gateway, machine, caller: await openCaller(test, gateway.page), folder };
}

export async function machineOn(
  test: RunningTest,
  { serverNumber }: TestGateway,
  folder: string,
  args: readonly string[],
): Promise<Running> {
  const greeting = path.join(folderOf(test), 'greeting.wav');
  await writeWav(greeting, phoneFormat, sineBytes(700, phoneFormat, GREETING_SECONDS));
  const machine = startAf(
    ['answer', '--rings', '1', '--greeting', greeting, '--folder', folder, '--json', ...args],
    { server: `unix:${serverNumber}`, environment: { PATH: process.env.PATH ?? '' } },
  );
  test.onTestFinished(() => machine.interrupt());
  await until('the machine waits', 5_000, () => machine.notes().includes('Waiting for calls'));
  return machine;
}

export async function outcomes(
  machine: Running,
  count: number,
): Promise<Record<string, unknown>[]> {
  return (await machine.lines(count)).map((line) => JSON.parse(line));
}

/** Calls, and waits until the greeting is heard. */
export async function untilGreeted(caller: Caller): Promise<void> {
  caller.call();
  await caller.until('up');
  await caller.page.until(() => caller.heard().some((sample) => Math.abs(sample) > 3_000));
}

export async function untilBeeped(caller: Caller): Promise<void> {
  await untilGreeted(caller);
  const endFrame = greetingIn(caller.heard()) + ANNOUNCEMENT_FRAMES;
  await caller.page.until(() => caller.heard().length >= endFrame);
}

export function greetingIn(heard: Int16Array): number {
  return heard.findIndex((sample) => Math.abs(sample) > 3_000) - 1;
}

/** Speaks on the line, to the frame, from a moment from now on; resolves when it has sounded. */
export async function openVoice(gateway: TestGateway) {
  const connection = await gateway.connect();
  const line = await connection.createContext(0, { encoding: 'LIN16' });
  await line.controls.enableInputs(0b10);
  return {
    line,
    async say(frequencyHz: number, seconds: number): Promise<void> {
      const startTime = advance(await line.getTime(), LEAD_SECONDS * RATE_HZ);
      await line.play({ startTime, samples: sineBytes(frequencyHz, phoneFormat, seconds, 8_000) });
      const endTime = advance(startTime, seconds * RATE_HZ);
      await line.record({ startTime: endTime, byteCount: 2 });
    },
  };
}

/** From the first to the last sample that is louder than a tenth of full scale. */
export function loudPart(samples: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 3_277;
  return samples.slice(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1);
}

/** All but the edges, at which a sine is soft. */
export function expectTone(samples: Int16Array, frequencyHz: number, seconds: number): void {
  const loud = loudPart(samples);
  expect(Math.abs(loud.length - seconds * RATE_HZ)).toBeLessThan(10);
  expect(fitTone(loud, frequencyHz, RATE_HZ).snrDb).toBeGreaterThan(30);
}

/** The gateway gives each its time to sound. */
export function press(caller: Caller, key: string): void {
  caller.key(key, true);
  caller.key(key, false);
}
