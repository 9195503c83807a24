// af phone and af events: the telephone line, and what happens on it.
import { describe, expect, it } from 'vitest';
import { eventJson, eventLine } from '#cli/commands/event-words';
import type { AudioEvent } from '#shared/client/index';
import { openCaller } from '#test/integration/support/caller';
import { startTestGateway } from '#test/integration/support/gateway';
import type { RunningTest } from '#test/integration/support/running-test';
import { until } from '#test/integration/support/waiting';
import { askAf, runAf, startAf } from './support/in-process.ts';
import { startPlainServer } from './support/servers.ts';

/** A gateway and a page with the number 42. */
async function startLine(test: RunningTest) {
  const gateway = await startTestGateway(test);
  const far = await openCaller(test, gateway.page);
  far.takeNumber('42');
  await far.page.next('telephone');
  return { gateway, far, on: { server: `unix:${gateway.serverNumber}` } };
}

describe.concurrent('af phone', () => {
  it('picks up, tells the state, and hangs up', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const on = { server: `unix:${serverNumber}` };
    expect((await runAf(['phone'], on)).stdout).toBe('0 (phone): on hook, no loop current\n');
    expect(await runAf(['phone', 'pickup'], on)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await askAf(['phone', 'status'], on)).toEqual({
      number: 0,
      name: 'phone',
      isOffHook: true,
      hasLoopCurrent: false,
    });
    expect(await askAf(['phone', 'hangup'], on)).toMatchObject({ isOffHook: false });
  });

  it('answers the call that comes, and hangs up on the caller', async (test) => {
    const { far, on } = await startLine(test);
    const answering = startAf(['phone', 'answer'], on);
    await until('it waits', 5_000, () => answering.notes().includes('Waiting for a call'));
    far.call();
    expect(await answering.ended).toMatchObject({ code: 0, stdout: '' });
    await far.until('up');
    expect((await runAf(['phone'], on)).stdout).toBe('0 (phone): off hook, loop current flows\n');
    expect(await runAf(['phone', 'answer'], on)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is off hook, so that nobody can call'),
    });
    await runAf(['phone', 'hangup'], on);
    await far.until('none');
  });

  it('dials, which picks up and rings who has the number', async (test) => {
    const { far, on } = await startLine(test);
    const dialed = await askAf(['phone', 'dial', '(4)-2', '-d', 'phone'], on);
    expect(dialed).toMatchObject({ isOffHook: true });
    await far.until('ringing');
    far.answer();
    await far.until('up');
    expect((await runAf(['phone'], on)).stdout).toBe(
      '0 (phone): off hook, loop current flows, last number dialed 42\n',
    );
  });

  it('dials with tones that it plays itself, and leaves the device as it was', async (test) => {
    const { gateway, far, on } = await startLine(test);
    const line = await (await gateway.connect()).createContext(0);
    await line.controls.setOutputGain(-4);
    await line.controls.setPassThrough(true);
    await line.controls.setGainControl(true);
    expect(await runAf(['phone', 'dial', '4,2', '--by-tones'], on)).toMatchObject({ code: 0 });
    await far.until('ringing');
    expect((await line.controls.outputGain()).gainDb).toBe(-4);
    expect(await line.controls.passThrough()).toBe(true);
    expect(await line.controls.setGainControl(true)).toBe(true);
    expect(await askAf(['phone'], on)).toMatchObject({ lastNumberDialed: '42' });
  });

  it('flashes, which ends a call where it lasts', async (test) => {
    const { far, on } = await startLine(test);
    far.call();
    await runAf(['phone', 'pickup'], on);
    await far.until('up');
    expect(await runAf(['phone', 'flash', '1500'], on)).toMatchObject({ code: 0, stderr: '' });
    await far.until('none');
    expect(await askAf(['phone', 'flash'], on)).toMatchObject({ hasLoopCurrent: false });
  });

  it('watches the line, and ends with 130 on ctrl-C', async (test) => {
    const { far, on } = await startLine(test);
    const watching = startAf(['phone', '--watch'], on);
    const watchingJson = startAf(['phone', 'status', '--watch', '--json'], on);
    await Promise.all([watching.lines(1), watchingJson.lines(1)]);
    far.call();
    await watching.lines(2);
    await runAf(['phone', 'pickup'], on);
    await far.until('up');
    far.key('5', true);
    far.key('5', false);
    const [state, ...lines] = await watching.lines(7);
    expect(state).toBe('0 (phone): on hook, no loop current');
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}\d+ {2}phone {2}/);
    expect(lines.map((text) => text.split('  ').at(-1))).toEqual([
      'the line rings',
      'off hook',
      'the line stopped ringing',
      'loop current flows',
      'key 5 pressed',
      'key 5 released',
    ]);
    const objects = (await watchingJson.lines(7)).map((text) => JSON.parse(text));
    expect(objects[0]).toMatchObject({ number: 0, isOffHook: false });
    expect(objects[5]).toMatchObject({ event: 'PhoneDTMF', key: '5', isOn: true });
    watching.interrupt();
    watchingJson.interrupt();
    expect((await watching.ended).code).toBe(130);
    expect((await watchingJson.ended).code).toBe(130);
  });

  it.for([
    [['flash', '3001'], 'write milliseconds from 0 to 3000'],
    [['dial'], 'No number to dial was given'],
    [['dial', 'home'], '"home" cannot be dialed'],
    [['dial', '4^2', '--by-tones'], '"4^2" cannot be dialed by tones'],
    [['flash', '--by-tones'], '--by-tones is for "af phone dial"'],
    [['dial', '42', '--watch'], '--watch is for "af phone status"'],
    [['status', 'now'], 'takes no value'],
    [['pickup', 'now'], 'takes no value'],
    [['hangup', 'now'], 'takes no value'],
    [['answer', 'now'], 'takes no value'],
    [['ring'], 'Allowed choices are status, answer, pickup, dial, flash, hangup'],
    [['-d', 'codec'], 'Device 1 (codec) has no telephone line'],
  ] as const)('ends with 2 for %j', async ([args, sentence], test) => {
    const { serverNumber } = await startTestGateway(test);
    const ended = await runAf(['phone', ...args], { server: `unix:${serverNumber}` });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('ends with 1 where no device has a telephone line', async (test) => {
    const hifi = { name: 'hifi', rateHz: 48_000, encoding: 'LIN16', channelCount: 2 } as const;
    const { serverNumber } = await startTestGateway(test, { devices: [hifi] });
    const ended = await runAf(['phone'], { server: `unix:${serverNumber}` });
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No device of this server has a telephone line'),
    });
  });
});

/** A server whose line the test plays, and af waiting for what happens on it. */
async function startWaiting(test: Parameters<typeof startPlainServer>[0], args: readonly string[]) {
  const { name, server } = await startPlainServer(test);
  const line = server.devices.devices[0]?.phone;
  if (!line) throw new Error('the server has no telephone');
  const waiting = startAf(['events', ...args], { server: name });
  await until('somebody waits for events', 5_000, () => waiting.notes().includes('Waiting'));
  return { line, waiting };
}

describe('af events', () => {
  it('shows rings, keys, loop current and the hook as they happen', async (test) => {
    const { line, waiting } = await startWaiting(test, ['--count', '6']);
    line.ring(1);
    line.ring(0);
    line.loop(1);
    line.setHook(1);
    line.dtmf('5', 1);
    line.dtmf('5', 0);
    const { code, stdout } = await waiting.ended;
    expect(code).toBe(0);
    const shown = stdout.trimEnd().split('\n');
    expect(shown[0]).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}\d+ {2}0 {2}the line rings$/,
    );
    expect(shown.map((text) => text.split('  ').at(-1))).toEqual([
      'the line rings',
      'the line stopped ringing',
      'loop current flows',
      'off hook',
      'key 5 pressed',
      'key 5 released',
    ]);
  });

  it('ends at the end of the last ring that was asked for, as a line of JSON each', async (test) => {
    const { line, waiting } = await startWaiting(test, ['--rings', '2', '--json']);
    for (const state of [1, 0, 1, 0] as const) line.ring(state);
    const { code, stdout } = await waiting.ended;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(events).toMatchObject([
      { event: 'PhoneRing', device: 0, isOn: true },
      { event: 'PhoneRing', device: 0, isOn: false },
      { event: 'PhoneRing', device: 0, isOn: true },
      { event: 'PhoneRing', device: 0, isOn: false },
    ]);
  });

  it('shows only the kinds and the device that were asked for', async (test) => {
    const { line, waiting } = await startWaiting(test, ['0', '-k', 'loop', 'hook', '-n', '2']);
    line.ring(1);
    line.loop(1);
    line.dtmf('1', 1);
    line.setHook(1);
    const { stdout } = await waiting.ended;
    expect(stdout).toMatch(/loop current flows\n.*off hook\n$/);
  });

  it('names devices and properties, and ends with 130 on ctrl-C', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const on = { server: `unix:${serverNumber}` };
    const waiting = startAf(['events', 'hifi'], on);
    await until('somebody waits for events', 5_000, () => waiting.notes().includes('ctrl-C'));
    await runAf(['props', 'codec', 'HIDDEN', '--set', 'x'], on);
    await runAf(['props', 'hifi', 'MOOD', '--set', 'good'], on);
    const [shown] = await waiting.lines(1);
    expect(shown).toMatch(/ {2}hifi {2}property MOOD changed$/);
    waiting.interrupt();
    expect((await waiting.ended).code).toBe(130);
  });

  it.for([
    [['--kind', 'noise'], 'Allowed choices are ring, key, loop, hook, dsp, property'],
    [['--count', 'many'], 'It must be a whole number'],
    [['kitchen'], 'no device "kitchen"'],
  ] as const)('ends with 2 for %j', async ([args, sentence], test) => {
    const { serverNumber } = await startTestGateway(test);
    const ended = await runAf(['events', ...args], { server: `unix:${serverNumber}` });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('tells of what no server sends today too', () => {
    const dsp = {
      ...{ event: 'DSP', seconds: 1, microseconds: 500_000, time: 7, device: 2 },
      ...{ data0: 3, data1: 4 },
    } as unknown as AudioEvent;
    const names = { device: 'hifi', property: undefined };
    expect(eventLine(dsp, names, 0)).toBe(
      '1970-01-01T00:00:01.500Z  7  hifi  signal processor 3 4',
    );
    expect(eventJson(dsp, names, 0)).toMatchObject({ event: 'DSP', data: [3, 4] });
  });
});
