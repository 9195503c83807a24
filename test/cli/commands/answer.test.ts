// af answer, end to end: a page calls a gateway, and the answering machine keeps what it says.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VoiceMessage } from '#shared/relay/voice-message';
import { type Caller, openCaller } from '#test/integration/support/caller';
import { startTestGateway } from '#test/integration/support/gateway';
import { folderOf } from '#test/integration/support/running-test';
import { until } from '#test/integration/support/waiting';
import { freeServerNumber } from '#test/server/gateway-parts';
import { fitTone } from '#test/shared/audio/tone-fit';
import { digitsIn } from '#test/support/digits-in';
import {
  ANNOUNCEMENT_FRAMES,
  expectTone,
  GREETING_SECONDS,
  greetingIn,
  loudPart,
  machineOn,
  openVoice,
  outcomes,
  PAUSE_FRAMES,
  phone,
  phoneFormat,
  press,
  RATE_HZ,
  startMachine,
  untilBeeped,
  untilGreeted,
} from './support/answering.ts';
import { runAf } from './support/in-process.ts';
import { samplesOf, sineBytes, writeWav } from './support/sounds.ts';

describe.concurrent('af answer', () => {
  it('greets, beeps, and keeps what the caller says until #, for the page to hear', async (test) => {
    const { gateway, machine, caller, folder } = await startMachine(test);
    const voice = await openVoice(gateway);
    await untilBeeped(caller);
    await voice.say(440, 0.5);
    press(caller, '5');
    press(caller, '#');
    const [outcome] = await outcomes(machine, 1);
    expect(outcome?.end).toBe('key');
    await caller.until('none');

    const heard = caller.heard();
    const greetingFrame = greetingIn(heard);
    const pauseFrame = greetingFrame + GREETING_SECONDS * RATE_HZ;
    const beepFrame = pauseFrame + PAUSE_FRAMES;
    const greeting = heard.slice(greetingFrame, pauseFrame);
    expect(fitTone(greeting, 700, RATE_HZ).snrDb).toBeGreaterThan(30);
    const pause = heard.slice(pauseFrame + 2, beepFrame - 2);
    expect(pause.every((sample) => sample === 0)).toBe(true);
    const beep = fitTone(heard.slice(beepFrame + 200, beepFrame + 3_000), 1_000, RATE_HZ);
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
    const spokenFrame = samples.findIndex((sample) => Math.abs(sample) > 3_277);
    expectTone(samples.slice(0, spokenFrame + 0.5 * RATE_HZ), 440, 0.5);
    // The key that ended it is cut off; the one before belongs to the message.
    expect(digitsIn(samples, RATE_HZ)).toBe('5');
    expect((await fetch(place, { method: 'DELETE' })).status).toBe(204);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("hears a page's microphone", async (test) => {
    const { machine, caller } = await startMachine(test);
    const microphone = caller.openMicrophone();
    await untilBeeped(caller);
    await microphone.say(440, 0.6);
    await microphone.say(0, 0.3);
    caller.hangUp();
    const [outcome] = await outcomes(machine, 1);
    const samples = loudPart(await samplesOf(String(outcome?.file)));
    // It comes as evenly as the machine that the test runs on lets it.
    const pieces = Array.from({ length: Math.floor(samples.length / 80) }, (_, piece) =>
      fitTone(samples.slice(piece * 80, piece * 80 + 80), 440, RATE_HZ),
    );
    expect(pieces.filter(({ snrDb }) => snrDb > 8).length).toBeGreaterThan(45);
  });

  it('ends a message at a silence, of which it keeps little, and takes the next call', async (test) => {
    const { gateway, machine, caller } = await startMachine(test, ['--silence', '0.5s']);
    const voice = await openVoice(gateway);
    for (const [index, frequencyHz] of [440, 500].entries()) {
      caller.page.frames.length = 0;
      await untilGreeted(caller);
      // Into the message, which ends half a second later.
      await voice.say(frequencyHz, 1.2);
      await caller.until('none');
      const outcome = (await outcomes(machine, index + 1))[index];
      expect(outcome?.end).toBe('silence');
      const samples = await samplesOf(String(outcome?.file));
      const heard = caller.heard();
      const said = loudPart(heard.slice(greetingIn(heard) + ANNOUNCEMENT_FRAMES));
      expect(fitTone(said, frequencyHz, RATE_HZ).snrDb).toBeGreaterThan(30);
      expect(loudPart(samples)).toEqual(said);
      const tailFrames = samples.length - samples.findLastIndex((sample) => sample !== 0);
      expect(Math.abs(tailFrames / RATE_HZ - 0.25)).toBeLessThan(0.01);
    }
  });

  it('records from the end of the beep on, to the frame, as long as a message may be', async (test) => {
    const { gateway, machine, caller } = await startMachine(test, ['--max', '0.3s']);
    const voice = await openVoice(gateway);
    await untilGreeted(caller);
    // The beep is over the tone, which the caller hears too.
    await voice.say(440, 1.4);
    const [outcome] = await outcomes(machine, 1);
    expect(outcome).toMatchObject({ end: 'longest', durationSeconds: 0.3 });
    const samples = await samplesOf(String(outcome?.file));
    const heard = caller.heard();
    const speechFrame = greetingIn(heard) + ANNOUNCEMENT_FRAMES;
    expect(samples).toEqual(heard.slice(speechFrame, speechFrame + 0.3 * RATE_HZ));
    expect(fitTone(samples, 440, RATE_HZ).snrDb).toBeGreaterThan(30);
  });

  it.for([
    ['hangs up', (caller: Caller) => caller.hangUp()],
    ['vanishes', (caller: Caller) => caller.page.webSocket.terminate()],
  ] as const)('keeps what a caller said who %s, and hangs up', async ([, leave], test) => {
    const { gateway, machine, caller } = await startMachine(test, ['--once']);
    const voice = await openVoice(gateway);
    await untilBeeped(caller);
    await voice.say(440, 0.3);
    leave(caller);
    const [outcome] = await outcomes(machine, 1);
    expect(outcome?.end).toBe('hungUp');
    // What comes after is the exchange's busy tone.
    expectTone(await samplesOf(String(outcome?.file)), 440, 0.3);
    expect((await machine.ended).code).toBe(0);
    expect((await voice.line.phone.state()).isOffHook).toBe(false);
  });

  it('keeps nothing of callers who say nothing', async (test) => {
    const { machine, caller, folder } = await startMachine(test, ['--silence', '0.3s']);
    await untilGreeted(caller);
    caller.hangUp();
    await outcomes(machine, 1);
    caller.page.frames.length = 0;
    await untilBeeped(caller);
    expect(await outcomes(machine, 2)).toMatchObject([
      { durationSeconds: 0, end: 'hungUp' },
      { durationSeconds: 0, end: 'silence' },
    ]);
    expect(readdirSync(folder)).toEqual([]);
    expect(machine.notes()).toContain('There is no message: the caller fell silent.');
  });

  it('says why a message cannot be kept, and takes the next call', async (test) => {
    const { gateway, machine, caller, folder } = await startMachine(test, ['--max', '0.2s']);
    const voice = await openVoice(gateway);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    caller.call();
    await until('it says why', 5_000, () => machine.notes().includes('failed'));
    expect(machine.notes()).toMatch(/^writing .* failed: .*\.$/m);
    caller.hangUp();
    await caller.until('none');
    rmSync(folder);
    await untilGreeted(caller);
    await voice.say(440, 1.1);
    expect(await outcomes(machine, 1)).toMatchObject([{ end: 'longest' }]);
  });

  it('runs a command for each message, and goes on where that fails', async (test) => {
    const shown = path.join(folderOf(test), 'shown');
    const line = `echo "$AF_MESSAGE_FILE $AF_MESSAGE_SECONDS $AF_MESSAGE_TIME" > '${shown}'; exit 7`;
    const { gateway, machine, caller } = await startMachine(test, [
      ...['--max', '0.2s', '--shell', '--command', line, '--once'],
    ]);
    const voice = await openVoice(gateway);
    await untilGreeted(caller);
    await voice.say(440, 1.3);
    const { code, stdout, stderr } = await machine.ended;
    const { file, durationSeconds, receivedAt } = JSON.parse(stdout);
    expect(readFileSync(shown, 'utf8')).toBe(`${file} ${durationSeconds} ${receivedAt}\n`);
    expect(stderr).toContain('failed: it ended with 7.');
    expect(code).toBe(0);
  });

  it('keeps what was said when it is stopped in the middle, and hangs up', async (test) => {
    const { gateway, machine, caller, folder } = await startMachine(test);
    const voice = await openVoice(gateway);
    await untilBeeped(caller);
    await voice.say(440, 0.3);
    machine.interrupt();
    const { code, stdout } = await machine.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).end).toBe('stopped');
    expect(readdirSync(folder)).toHaveLength(1);
    await caller.until('none');
  });

  it('outlives its gateway: keeps what was said, and takes calls of the next one', async (test) => {
    const { gateway, machine, caller, folder } = await startMachine(test);
    const voice = await openVoice(gateway);
    await untilBeeped(caller);
    await voice.say(440, 0.3);
    await gateway.close();
    expect((await outcomes(machine, 1))[0]?.end).toBe('connectionLost');
    const { serverNumber } = gateway;
    const next = await startTestGateway(test, { serverNumber, devices: [phone] });
    const waits = () => machine.notes().split('Waiting for calls').length === 3;
    await until('the machine waits again', 5_000, waits);
    const again = await openCaller(test, next.page);
    await untilGreeted(again);
    again.hangUp();
    expect(await outcomes(machine, 2)).toHaveLength(2);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe.concurrent('af answer without a line', () => {
  it('makes whole what a machine left that died, and hangs up for it', async (test) => {
    const folder = path.join(folderOf(test), 'messages');
    mkdirSync(folder);
    const samples = sineBytes(440, phoneFormat, 1.5);
    await writeWav(path.join(folder, 'whole.wav'), phoneFormat, samples);
    const whole = readFileSync(path.join(folder, 'whole.wav'));
    const unfinished = Buffer.from(whole);
    unfinished.fill(0xff, 4, 8);
    unfinished.fill(0xff, 40, 44);
    // Process 2^31 - 1 is nobody.
    const part = '2026-11-20T13-45-10.250Z.2147483647.part';
    writeFileSync(path.join(folder, part), unfinished);
    const gateway = await startTestGateway(test, { devices: [phone] });
    // The line is as that machine left it.
    const line = await (await gateway.connect()).createContext(0);
    await line.phone.pickUp();
    const machine = await machineOn(test, gateway, folder, []);
    expect((await line.phone.state()).isOffHook).toBe(false);
    const name = '2026-11-20T13-45-10.250Z_1.5s.wav';
    expect(await outcomes(machine, 1)).toMatchObject([
      { file: path.join(folder, name), durationSeconds: 1.5, end: 'machineDied' },
    ]);
    expect(machine.notes()).toContain('The message was cut off');
    expect(readdirSync(folder).sort()).toEqual([name, 'whole.wav']);
    expect(readFileSync(path.join(folder, name))).toEqual(whole);
  });

  it('says that nobody can call where the line is off hook', async (test) => {
    const gateway = await startTestGateway(test, { devices: [phone] });
    const line = await (await gateway.connect()).createContext(0);
    await line.phone.pickUp();
    const machine = await machineOn(test, gateway, folderOf(test), []);
    expect(machine.notes()).toContain('The line is off hook, so that nobody can call');
    expect((await line.phone.state()).isOffHook).toBe(true);
  });

  it('ends with 3 where no server is, and with 1 where no device has a line', async (test) => {
    const folder = folderOf(test);
    const nobody = { server: `unix:${await freeServerNumber()}` };
    expect((await runAf(['answer', '--folder', folder], nobody)).code).toBe(3);
    const hifi = { name: 'hifi', rateHz: 48_000, encoding: 'LIN16', channelCount: 2 } as const;
    const { serverNumber } = await startTestGateway(test, { devices: [hifi] });
    const server = `unix:${serverNumber}`;
    expect(await runAf(['answer', '--folder', folder], { server })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No device of this server has a telephone line'),
    });
  });

  it('refuses what cannot be meant, and greetings that there are not', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const folder = folderOf(test);
    const refusals = [
      [['--rings', '0'], 2, 'whole number above 0'],
      [['--silence', '0s'], 2, 'The silence must be longer'],
      [['--max', '25h'], 2, '24 hours at most'],
      [['--shell'], 2, '--shell is about the command'],
      [['--command', ' '], 2, 'is empty'],
      [['--command', "say 'x"], 2, 'A quote is not closed'],
      [['-d', 'codec'], 2, 'Device 1 (codec) has no telephone line'],
      [['--greeting', '/nowhere.wav'], 1, 'there is no such file'],
    ] as const;
    for (const [args, code, sentence] of refusals) {
      const server = `unix:${serverNumber}`;
      const ended = await runAf(['answer', '--folder', folder, ...args], { server });
      const stderr = expect.stringContaining(sentence);
      expect({ args, ...ended }).toMatchObject({ args, code, stderr });
    }
  });
});
