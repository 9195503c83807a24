// The compiled program as a process: exit codes, pipes that close, and ctrl-C.
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway } from '#test/integration/support/gateway';
import { compileProgram, runAf, startProcess } from './support/run-af.ts';

beforeAll(async () => {
  expect(await compileProgram()).toBe(0);
}, 120_000);

describe('the process', () => {
  it('answers on standard output and ends with 0', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const { ended } = startProcess(['devices', '--json'], { server: `unix:${serverNumber}` });
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toHaveLength(5);
  });

  it('says what is wrong on standard error and ends with its code', async () => {
    const { ended } = startProcess(['set', 'codec', '--pass', 'maybe']);
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are on, off');
  });

  it('ends with 130 on ctrl-C', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const args = ['props', 'codec', '--watch'];
    const { child, ended, lines } = startProcess(args, { server: `unix:${serverNumber}` });
    await lines(1);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: '' });
  });

  it('ends with 0 when whoever reads its output has had enough', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const { child, ended, lines } = startProcess(['props', 'codec', '--watch'], { server });
    await lines(1);
    child.stdout.destroy();
    await runAf(['props', 'codec', 'MOOD', '--set', 'good'], { server });
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
