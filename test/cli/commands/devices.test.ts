// af devices, af set and af time against a gateway, and against a server like the original.
import { describe, expect, it } from 'vitest';
import { parseMaskEdit } from '#cli/commands/device-changes';
import { startTestGateway } from '#test/integration/support/gateway';
import { freeServerNumber } from '#test/server/gateway-parts';
import { askAf, runAf } from './support/in-process.ts';
import { startPlainServer } from './support/servers.ts';

describe('af devices', () => {
  it('shows a line for each device with its format, gains and switches', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const { code, stdout } = await runAf(['devices'], { server: `unix:${serverNumber}` });
    expect(code).toBe(0);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(
      /^# +name +rate +ch +encoding +inputs on +outputs on +in dB +out dB +pass +time$/,
    );
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(
      /^0 +phone +8000 +1 +mu-law +0\(phone\) of 1 +0\(phone\) of 1 +0 +0 +off +\d+$/,
    );
    expect(rows[2]).toMatch(/^2 +hifi +48000 +2 +lin16 +0 of 2 +0 of 1 +0 +0 +off +\d+$/);
  });

  it('tells programs everything as JSON', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const devices = await askAf(['devices'], { server: `127.0.0.1:${serverNumber}` });
    expect(devices).toHaveLength(5);
    expect(devices).toMatchObject({
      1: {
        number: 1,
        name: 'codec',
        play: { rateHz: 8_000, encoding: 'MU255', channelCount: 1, bufferSeconds: 4 },
        inputs: { count: 2, onMask: 1, phoneMask: 0 },
        outputGain: { gainDb: 0, minGainDb: -70, maxGainDb: 18 },
        isPassThroughOn: false,
        time: expect.any(Number),
      },
    });
  });

  it('shows a server like the original, which names no devices', async (test) => {
    const { name } = await startPlainServer(test);
    const { code, stdout } = await runAf(['devices'], { server: name });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 +- +44100 +2 +lin16 /m);
  });

  it('knows a device by the name that a property gives it', async (test) => {
    const { name } = await startPlainServer(test);
    const on = { server: name };
    await runAf(['props', '1', 'DEVICE_NAME', '--set', 'Küche'], on);
    expect(await askAf(['devices'], on)).toMatchObject({ 1: { name: 'Küche' } });
    expect(await askAf(['set', 'Küche', '--input-gain', '6'], on)).toMatchObject({ number: 1 });
  });

  it('takes the server from an option in any place', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const name = `unix:${serverNumber}`;
    for (const args of [
      ['-s', name, 'devices'],
      ['devices', '--server', name],
    ]) {
      expect((await runAf(args, { server: 'unix:1' })).code).toBe(0);
    }
  });

  it('ends with 3 and says what to do where no server is', async () => {
    const server = `127.0.0.1:${await freeServerNumber()}`;
    const { code, stdout, stderr } = await runAf(['devices'], { server });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^af devices: Could not connect .* Start it, or look at the number\.\n$/,
    );
  });

  it('ends with 4 where the server does not let it in', async (test) => {
    const { serverNumber } = await startTestGateway(test, { authFile: '/dev/null' });
    const { code, stderr } = await runAf(['devices'], { server: `unix:${serverNumber}` });
    expect(code).toBe(4);
    expect(stderr).toContain('Give the cookie of its X authority file');
  });
});

describe('af set', () => {
  it('changes what is named and says what it was before', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const changes = ['--input', '+1', '--output-gain', '-3dB', '--pass', 'on'];
    const { code, stdout } = await runAf(['set', 'codec', ...changes], { server });
    expect(code).toBe(0);
    expect(stdout).toBe(
      '1 (codec): inputs 0,1 (was 0)\n' +
        '1 (codec): output gain -3 dB (was 0 dB)\n' +
        '1 (codec): pass-through on (was off)\n',
    );
    expect(await askAf(['devices'], { server })).toMatchObject({
      1: { inputs: { onMask: 3 }, outputGain: { gainDb: -3 }, isPassThroughOn: true },
    });
  });

  it('tells programs what it was and is as JSON', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const args = ['set', '2', '--output', '=0', '--input-gain', '6', '--gain-control', 'on'];
    expect(await askAf(args, { server })).toEqual({
      number: 2,
      name: 'hifi',
      changes: [
        { what: 'outputs', before: 1, after: 0 },
        { what: 'inputGainDb', before: 0, after: 6 },
        { what: 'isGainControlOn', before: false, after: true },
      ],
    });
  });

  it.for([
    [['codec', '--output-gain', '99'], 'goes from -70 to 18 dB, which leaves out 99'],
    [['codec', '--output-gain', '1.5'], 'a whole number of dB'],
    [['codec', '--input', '+5'], 'has inputs 0 to 1'],
    [['codec', '--output', '+1'], 'has outputs 0 and no other'],
    [['codec', '--input', '1'], 'write +0 for the first one on'],
    [['codec', '--pass', 'maybe'], 'Allowed choices are on, off'],
    [['codec'], 'Nothing to change was named'],
    [['kitchen', '--pass', 'on'], 'no device "kitchen": choose one of 0 (phone), 1 (codec)'],
    [['7', '--pass', 'on'], 'no device "7"'],
    [[], "missing required argument 'device'"],
  ] as const)('ends with 2 and changes nothing for %j', async ([args, sentence], test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const untouched = ['--input-gain', '6'];
    const withMore = args.length > 1 ? [...args, ...untouched] : args;
    const { code, stdout, stderr } = await runAf(['set', ...withMore], { server });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(await askAf(['devices'], { server })).toMatchObject({ 1: { inputGain: { gainDb: 0 } } });
  });

  it('reads switches as numbers from 0 and whole masks', () => {
    expect(parseMaskEdit('+1')).toEqual({ kind: 'on', mask: 2 });
    expect(parseMaskEdit('-0,31')).toEqual({ kind: 'off', mask: 0x8000_0001 });
    expect(parseMaskEdit('=0x3')).toEqual({ kind: 'exactly', mask: 3 });
    for (const wrong of ['', '+', '=', '1', '+32', '=-1', '=4294967296', '+1,', '+a']) {
      expect(() => parseMaskEdit(wrong), wrong).toThrow('write +0');
    }
  });
});

describe('af time', () => {
  it('tells the times of all devices at one instant', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const times = await askAf(['time'], { server });
    expect(times).toMatchObject({
      areAtOneInstant: true,
      monotonicMicroseconds: expect.any(Number),
      devices: { length: 5, 2: { number: 2, name: 'hifi', rateHz: 48_000 } },
    });
    const { stdout } = await runAf(['time'], { server });
    expect(stdout).toMatch(/^# {2}name +time +rate +since it was 0\n0 {2}phone +\d+ +8000 +00:00:/);
  });

  it('says so where a server can only tell one after another', async (test) => {
    const { name, server } = await startPlainServer(test);
    server.time.advance(3_723_000);
    const { code, stdout, stderr } = await runAf(['time'], { server: name });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 +- +\d+ +44100 +01:02:0\d\.\d{3}$/m);
    expect(stderr).toBe('This server tells the times one after another, not at one instant.\n');
    expect(await askAf(['time'], { server: name })).toMatchObject({ areAtOneInstant: false });
  });
});
