// The sound commands besides play and record, the frame around all commands, and their exit codes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '#cli/exit-codes';
import { openSound } from '#cli/sound-files/reading';
import { version } from '#server/root';
import { startTestGateway } from '#test/integration/support/gateway';
import { startProcess } from '#test/integration/support/gateway-process';
import { folderOf } from '#test/integration/support/running-test';
import { sleepMs, until } from '#test/integration/support/waiting';
import { freePort, freeServerNumber } from '#test/server/gateway-parts';
import { fitTone } from '#test/shared/audio/tone-fit';
import { digitsIn } from '#test/support/digits-in';
import { compileAf, runAf, runShell, startAf } from './support/af.ts';
import { channelOf, sineBytes } from './support/sounds.ts';

const open = { accessControl: false } as const;

beforeAll(compileAf, 120_000);

describe.concurrent('af', () => {
  it('explains itself, with an error where nothing was asked for', async ({ ...test }) => {
    const asked = await runAf(test, ['help']);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    const unasked = await runAf(test, []);
    expect(unasked).toMatchObject({ code: 2, stderr: asked.stdout.toString() });
    const help = await runAf(test, ['help', 'play']);
    expect(help.stdout.toString()).toMatch(/--preempt[\s\S]*--server <name>/);
  });

  it('tells its version, and the exit codes that it has', async ({ ...test }) => {
    expect((await runAf(test, ['--version'])).stdout.toString()).toBe(`${version}\n`);
    const topic = (await runAf(test, ['help', 'exit-codes'])).stdout.toString();
    for (const { number, meaning } of Object.values(exitCodes)) {
      expect(topic).toContain(`${number}  ${meaning}\n`);
    }
  });

  it('knows what was meant by a command or a topic that does not exist', async ({ ...test }) => {
    const command = await runAf(test, ['plya']);
    expect(command).toMatchObject({ code: 2 });
    expect(command.stderr).toMatch(/^af: unknown command 'plya'\n\(Did you mean play\?\)/);
    expect(await runAf(test, ['help', 'nonsense'])).toMatchObject({ code: 2 });
    const option = await runAf(test, ['play', '--laud']);
    const rate = await runAf(test, ['play', '--rate', '99999999']);
    expect(rate.stderr).toMatch(/^af play: .*'99999999' is invalid\. It must be 1000000 at most\./);
    expect(option.stderr).toBe(`af play: unknown option '--laud'\n(See "af help play".)\n`);
  });
});

describe.concurrent('af serve', () => {
  it('runs the gateway with its own flags until it is told to end', async ({ ...test }) => {
    const serverNumber = await freeServerNumber();
    const flags = ['--server-number', String(serverNumber), '--log-level', 'warn'];
    const { child, ended } = startAf(
      test,
      ['serve', ...flags, `--http-port=${await freePort()}`, '--no-access-control'],
      {},
    );
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => /^ready /m.test(String(text)) && resolve());
    });
    const { code } = await runAf(test, ['record', '-l', '0.1', '-'], { serverNumber });
    expect(code).toBe(0);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses a setting that does not exist, and lists those that do', async ({ ...test }) => {
    const refused = await runAf(test, ['serve', '--http-prot', '1']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: '--http-prot means nothing here: perhaps it should be --http-port.\n',
    });
    const help = await runAf(test, ['serve', '--help']);
    expect(help.stdout.toString()).toMatch(/^Usage: af serve \[flags\][\s\S]*--http-port PORT/);
  });
});

describe.concurrent('af tone', () => {
  it('writes a tone of the level and length that are asked for', async ({ ...test }) => {
    const line = 'af tone 1000 --level -6dB --seconds 0.5 -o - | sox -t wav - -t raw -';
    const { code, stdout } = await runShell(test, line);
    expect(code).toBe(0);
    const samples = channelOf(stdout, 0, 1);
    expect(samples).toHaveLength(24_000);
    expect(Math.max(...samples)).toBeCloseTo(16_422, -1);
    const middle = samples.subarray(4_800, 19_200);
    expect(fitTone(middle, 1_000, 48_000).snrDb).toBeGreaterThan(80);
  });

  it('writes digits that a telephone understands', async ({ ...test }) => {
    const file = path.join(folderOf(test), 'digits.au');
    const options = ['--rate', '8000', '--encoding', 'mu-law', '-o', file];
    expect(await runAf(test, ['tone', '--dtmf', '15#', ...options])).toMatchObject({ code: 0 });
    const sound = await openSound(file);
    expect(sound.format).toMatchObject({ encoding: 'MU255', rateHz: 8_000 });
    await sound.close();
    const { stdout } = await runShell(test, `sox ${file} -e signed -b 16 -t raw -`);
    expect(digitsIn(channelOf(stdout, 0, 1), 8_000)).toBe('15#');
  });

  it('plays on a device, where af meter and af spectrum see it', async ({ ...test }) => {
    const { serverNumber } = await startTestGateway(test, open);
    const tone = startAf(test, ['tone', '6000', '-l', '3', '--level', '-12'], { serverNumber });
    const options = ['--monitor', '-l', '2'];
    const meter = await runAf(test, ['meter', ...options, '--every', '0.1', '--json'], {
      serverNumber,
    });
    const levels = meter.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).channels[0].peakDbfs ?? -200);
    expect(levels.length).toBe(20);
    expect(Math.max(...levels)).toBeCloseTo(-12, 1);
    expect(await tone.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('is refused without a tone, or with two kinds of them', async ({ ...test }) => {
    expect(await runAf(test, ['tone'])).toMatchObject({ code: 2 });
    expect(await runAf(test, ['tone', '440', '--call', 'busy'])).toMatchObject({ code: 2 });
    expect(await runAf(test, ['tone', '-5', '-o', '-'])).toMatchObject({ code: 2 });
    const full = await runAf(test, ['tone', '440', '-o', '/dev/full']);
    expect(full).toMatchObject({ code: 1 });
  });
});

describe.concurrent('af spectrum', () => {
  it('shows the frequencies of a file from left to right', async ({ ...test }) => {
    const line =
      'af tone 12000 --level -1 -o - | af spectrum --columns 40 --every 0.25 - && af spectrum missing.wav';
    const { code, stdout, stderr } = await runShell(test, line);
    const [scale, ...rows] = stdout.toString().trimEnd().split('\n');
    expect(scale).toBe('         0 Hz      6000 Hz   12000 Hz  18000 Hz');
    expect(rows).toHaveLength(4);
    // 12 kHz is the middle of 40 columns, behind 9 for the time.
    for (const row of rows.slice(1)) expect(row).toMatch(/^ {2}0:00\.\d {19,20}\S{1,4}$/);
    expect(stderr).toMatch(/^af spectrum: .*no such file/);
    expect(code).toBe(1);
  });

  it('shows what a device hears, until ctrl-C', async ({ ...test }) => {
    const { serverNumber } = await startTestGateway(test, open);
    const { child, ended } = startAf(test, ['spectrum', '-d', 'codec'], { serverNumber });
    let lineCount = 0;
    child.stdout?.on('data', (text: Buffer) => {
      lineCount += String(text).split('\n').length - 1;
    });
    await until('three lines', 10_000, () => lineCount > 3);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.concurrent('af meter', () => {
  it('writes a line a second where nobody watches, and a closed pipe is no error', async ({
    ...test
  }) => {
    const { serverNumber } = await startTestGateway(test, open);
    const line = 'set -o pipefail; af meter -d codec --every 0.2s | head -n 2; echo $?';
    const { stdout, stderr } = await runShell(test, line, { serverNumber });
    expect(stderr).toBe('');
    expect(stdout.toString()).toBe(
      '0.2 s  peak     -∞ dB rms     -∞ dB\n0.4 s  peak     -∞ dB rms     -∞ dB\n0\n',
    );
  });
});

describe.concurrent('af pass', () => {
  it('carries sound from one server to another, with the delay that is asked for', async ({
    ...test
  }) => {
    const [there, here] = [await startTestGateway(test, open), await startTestGateway(test, open)];
    const source = await (await there.connect()).createContext(2);
    const sink = await (await here.connect()).createContext(2);
    for (const { controls } of [source, sink]) {
      await controls.enableInputs(2);
      await controls.disableInputs(1);
    }
    const places = [`:${there.serverNumber}/hifi`, `localhost:${here.serverNumber}/2`];
    const { ended } = startAf(test, ['pass', ...places, '--delay', '0.4', '-l', '3', '--log'], {});
    const format = { rateHz: 48_000, channelCount: 2 };
    const startTime = (await source.getTime()) + 48_000;
    await source.play({ startTime, samples: sineBytes(1_000, format, 2.5) });
    const { code, stderr } = await ended;
    expect({ code, isInterrupted: /[1-9]\d* interruptions/.test(stderr) }).toEqual({
      code: 0,
      isInterrupted: false,
    });
    const now = await sink.getTime();
    const { samples } = await sink.record({ startTime: now - 120_000, byteCount: 4 * 120_000 });
    const left = channelOf(samples, 0, 2);
    const begin = left.findIndex((sample) => Math.abs(sample) > 1_000);
    expect(begin).toBeGreaterThanOrEqual(0);
    // A little slower or faster than played, so the pitch is off by less than half a percent.
    const part = left.subarray(begin + 4_800, begin + 9_600);
    const crossings = part.filter((sample, i) => i > 0 && sample >= 0 && (part[i - 1] ?? 0) < 0);
    expect(Math.abs(crossings.length - 100)).toBeLessThanOrEqual(1);
  });

  it('finds back to its delay when the source was away for a while', async ({ ...test }) => {
    const there = await startProcess(test, { args: ['--no-access-control'] });
    const here = await startTestGateway(test, open);
    const places = [`:${there.serverNumber}/codec`, `:${here.serverNumber}/codec`];
    const { child, ended } = startAf(test, ['pass', ...places, '--delay', '0.2', '--log'], {});
    const lines: string[] = [];
    child.stderr?.on('data', (text: Buffer) => lines.push(...String(text).trim().split('\n')));
    await until('it passes', 10_000, () => lines.length > 0);
    there.child.kill('SIGSTOP');
    await sleepMs(600);
    there.child.kill('SIGCONT');
    await until('it is back', 10_000, () => {
      const [, errorMs, jumps] =
        /off by (\S+) ms.* (\d+) interruptions/.exec(lines.at(-1) ?? '') ?? [];
      return Number(jumps) > 0 && Math.abs(Number(errorMs)) < 30;
    });
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/: interrupted \d+ time\(s\)\.\n$/);
  });

  it('refuses places and delays that cannot be', async ({ ...test }) => {
    const { serverNumber } = await startTestGateway(test, open);
    const run = (...args: string[]) => runAf(test, ['pass', ...args], { serverNumber });
    expect(await run('hifi')).toMatchObject({ code: 2 });
    expect(await run('hifi', 'nowhere')).toMatchObject({ code: 2 });
    expect(await run('hifi', 'codec', '--delay', '9s')).toMatchObject({ code: 2 });
    expect(await run('hifi', 'localhost:60123/hifi')).toMatchObject({ code: 3 });
  });
});

it('the package offers the command and its parts under the names that are documented', () => {
  const root = new URL('../../../', import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  expect(Object.keys(manifest.bin)).toEqual(['af', 'audiofile-gateway']);
  expect(readFileSync(new URL(manifest.bin.af, root), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  for (const name of ['./client', './codec']) {
    for (const file of Object.values<string>(manifest.exports[name])) {
      expect(readFileSync(new URL(file, root), 'utf8').length).toBeGreaterThan(0);
    }
  }
});
