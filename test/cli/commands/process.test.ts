// The compiled program as a process: exit codes, pipes that close, and ctrl-C.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway } from '#test/integration/support/gateway';
import { compileAf, runShell, startAf } from './support/af.ts';
import { runAf } from './support/in-process.ts';

beforeAll(compileAf, 120_000);

describe('the process', () => {
  it('answers on standard output and ends with 0', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const { code, stdout, stderr } = await startAf(test, ['devices', '--json'], { serverNumber })
      .ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.toString())).toHaveLength(5);
  });

  it('says what is wrong on standard error and ends with its code', async (test) => {
    const { code, stdout, stderr } = await startAf(test, ['set', 'codec', '--pass', 'maybe'], {})
      .ended;
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are on, off');
  });

  it('ends with 130 on ctrl-C', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const { child, ended } = startAf(test, ['props', 'codec', '--watch'], { serverNumber });
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: '' });
  });

  it('ends with 0 when whoever reads its output has had enough', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const { child, ended } = startAf(test, ['props', 'codec', '--watch'], { serverNumber });
    if (child.stdout) await once(child.stdout, 'data');
    child.stdout?.destroy();
    const server = `unix:${serverNumber}`;
    await runAf(['props', 'codec', 'MOOD', '--set', 'good'], { server });
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('sends no sound to a terminal', async () => {
    const ended = await runAf(['record'], { showsOutput: true });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^af record: A terminal cannot take sound: name a file/);
  });

  it.runIf(existsSync('/dev/full'))('ends with 1 when its output cannot be kept', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    for (const line of ['af devices', 'af record']) {
      const { code, stderr } = await runShell(test, `${line} >/dev/full`, { serverNumber });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^af: writing standard output failed: the disk is full.*\n$/),
      });
    }
  });
});
