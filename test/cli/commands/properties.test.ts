// af props and af atoms: what clients of a device share, and the names of it all.
import { describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '#test/integration/support/gateway';
import { askAf, runAf, startAf } from './support/in-process.ts';
import { startPlainServer } from './support/servers.ts';

function serverOf({ serverNumber }: TestGateway): { server: string } {
  return { server: `unix:${serverNumber}` };
}

describe('af props', () => {
  it('sets, shows, lists and deletes text', async (test) => {
    const on = serverOf(await startTestGateway(test));
    const set = await runAf(['props', 'codec', 'GREETING', '--set', 'grüß dich'], on);
    expect(set).toEqual({ code: 0, stdout: '', stderr: '' });
    const { stdout } = await runAf(['props', 'codec', 'GREETING'], on);
    expect(stdout).toBe('GREETING(STRING) = "grüß dich"\n');
    const all = await runAf(['props', '1'], on);
    expect(all.stdout).toBe('GREETING(STRING) = "grüß dich"\nDEVICE_NAME(STRING) = "codec"\n');
    expect(await askAf(['props', 'codec'], on)).toEqual([
      { name: 'GREETING', type: 'STRING', format: 8, value: 'grüß dich' },
      { name: 'DEVICE_NAME', type: 'STRING', format: 8, value: 'codec' },
    ]);
    expect((await runAf(['props', 'codec', 'GREETING', '--delete'], on)).code).toBe(0);
    expect(await askAf(['props', 'codec'], on)).toHaveLength(1);
  });

  it.for([
    ['CARDINAL', '1 2, 0x1f', 32, [1, 2, 31]],
    ['INTEGER', '-5 7', 32, [-5, 7]],
    ['INTEGER/16', '-5 7', 16, [-5, 7]],
    ['INTEGER/8', '-128', 8, [-128]],
    ['CARDINAL/16', '65535', 16, [65_535]],
    ['ATOM', 'STRING CARDINAL', 32, ['STRING', 'CARDINAL']],
    ['MINE', '1', 32, [1]],
    ['STRING', '', 8, ''],
    ['CARDINAL', '', 32, []],
  ] as const)('keeps %s "%s"', async ([type, text, format, value], test) => {
    const on = serverOf(await startTestGateway(test));
    const args = ['props', 'codec', 'KEPT', '--set', text, '--type', type];
    expect(await runAf(args, on)).toEqual({ code: 0, stdout: '', stderr: '' });
    const shown = await askAf(['props', 'codec', 'KEPT'], on);
    expect(shown).toEqual({ name: 'KEPT', type: type.replace(/\/.*/, ''), format, value });
  });

  it('appends and prepends', async (test) => {
    const on = serverOf(await startTestGateway(test));
    for (const change of [
      ['--set', 'b'],
      ['--append', 'c'],
      ['--prepend', 'a'],
    ]) {
      expect((await runAf(['props', 'codec', 'ORDER', ...change], on)).code).toBe(0);
    }
    expect(await askAf(['props', 'codec', 'ORDER'], on)).toMatchObject({ value: 'abc' });
    const wrong = ['props', 'codec', 'ORDER', '--append', '1', '--type', 'CARDINAL'];
    expect(await runAf(wrong, on)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(BadMatch)'),
    });
  });

  it('shows long lists in short, and control characters as question marks', async (test) => {
    const on = serverOf(await startTestGateway(test));
    const numbers = Array.from({ length: 20 }, (_, index) => index).join(' ');
    await runAf(['props', 'codec', 'LONG', '--set', numbers, '--type', 'CARDINAL'], on);
    const long = await runAf(['props', 'codec', 'LONG'], on);
    expect(long.stdout).toBe(
      'LONG(CARDINAL/32) = 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 … (20 in all)\n',
    );
    await runAf(['props', 'codec', 'E\u001b[2J', '--set', 'x'], on);
    expect((await runAf(['props', 'codec'], on)).stdout).toContain('E?[2J(STRING) = "x"\n');
  });

  it('shows every change while it watches, until ctrl-C ends it with 130', async (test) => {
    const on = serverOf(await startTestGateway(test));
    const watching = startAf(['props', 'codec', '--watch'], on);
    await watching.lines(1);
    await runAf(['props', 'codec', 'MOOD', '--set', 'good'], on);
    await watching.lines(2);
    await runAf(['props', 'codec', 'MOOD', '--delete'], on);
    expect(await watching.lines(3)).toEqual([
      'DEVICE_NAME(STRING) = "codec"',
      'MOOD(STRING) = "good"',
      'MOOD was deleted',
    ]);
    watching.interrupt();
    expect(await watching.ended).toMatchObject({ code: 130, stderr: '' });
  });

  it('watches one property and tells programs in lines of JSON', async (test) => {
    const on = serverOf(await startTestGateway(test));
    await runAf(['props', 'codec', 'MOOD', '--set', 'good'], on);
    const watching = startAf(['props', 'codec', 'MOOD', '--watch', '--json'], on);
    await watching.lines(1);
    await runAf(['props', 'codec', 'OTHER', '--set', 'x'], on);
    await runAf(['props', 'codec', 'MOOD', '--delete'], on);
    const lines = await watching.lines(2);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { name: 'MOOD', type: 'STRING', format: 8, value: 'good' },
      { name: 'MOOD', isDeleted: true },
    ]);
    watching.interrupt();
    await watching.ended;
  });

  it('ends with 5 when the server goes away while it watches', async (test) => {
    const { name, server } = await startPlainServer(test);
    await runAf(['props', '1', 'MOOD', '--set', 'good'], { server: name });
    const watching = startAf(['props', '1', '--watch'], { server: name });
    await watching.lines(1);
    server.dispatch.close();
    expect(await watching.ended).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('was lost'),
    });
  });

  it.for([
    [2, ['codec', '--set', 'x'], 'No property was named'],
    [2, ['codec', 'A', '--set', 'x', '--delete'], 'cannot be used with option'],
    [2, ['codec', 'A', '--set', 'x', '--type', 'CARDINAL'], '"x" is no number of 32 bits'],
    [2, ['codec', 'A', '--set', '256', '--type', 'CARDINAL/8'], '"256" is no number of 8 bits'],
    [2, ['codec', 'A', '--set', '1', '--type', 'CARDINAL/12'], '"CARDINAL/12" is no type'],
    [2, ['kitchen'], 'no device "kitchen"'],
    [1, ['codec', 'NONE'], 'The device has no property NONE: "af props 1" lists those it has'],
  ] as const)('ends with %i for %j', async ([code, args, sentence], test) => {
    const ended = await runAf(['props', ...args], serverOf(await startTestGateway(test)));
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});

describe('af atoms', () => {
  it('lists all, or a range', async (test) => {
    const on = serverOf(await startTestGateway(test));
    await runAf(['atoms', 'MINE', 'YOURS', '--intern'], on);
    const { stdout } = await runAf(['atoms'], on);
    expect(stdout).toMatch(/^atom {2}name\n {3}1 {2}ATOM\n/);
    expect(stdout).toContain('\n  20  LAST_NUMBER_DIALED\n');
    const some = await askAf(['atoms', '--range', '3-4'], on);
    expect(some).toEqual([
      { atom: 3, name: 'INTEGER' },
      { atom: 4, name: 'STRING' },
    ]);
    const rest = JSON.stringify(await askAf(['atoms', '--range', '21-'], on));
    expect(rest).toContain('MINE');
    expect(rest).toContain('YOURS');
    expect(await askAf(['atoms', '--range', '900'], on)).toEqual([]);
  });

  it('lists more atoms than are asked for at once', async (test) => {
    const on = serverOf(await startTestGateway(test));
    const names = Array.from({ length: 150 }, (_, index) => `NAME_${index}`);
    await runAf(['atoms', '--intern', ...names], on);
    const all = JSON.stringify(await askAf(['atoms'], on));
    for (const name of names) expect(all).toContain(`"${name}"`);
  });

  it('looks names and numbers up', async (test) => {
    const on = serverOf(await startTestGateway(test));
    expect(await askAf(['atoms', 'STRING', '9'], on)).toEqual([
      { atom: 4, name: 'STRING' },
      { atom: 9, name: 'TELEPHONE' },
    ]);
  });

  it.for([
    [1, ['NONE'], 'no atom for the name NONE: add --intern to make it'],
    [1, ['12345'], 'no atom with the number 12345'],
    [1, ['4294967296'], 'no atom with the number 4294967296'],
    [2, ['--range', '9-3'], '"9-3" is no range of atoms'],
    [2, ['--range', '0'], '"0" is no range of atoms'],
    [2, ['STRING', '--range', '1-3'], 'cannot be meant together'],
  ] as const)('ends with %i for %j', async ([code, args, sentence], test) => {
    const ended = await runAf(['atoms', ...args], serverOf(await startTestGateway(test)));
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});
