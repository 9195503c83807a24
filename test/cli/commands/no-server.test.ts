// What every command that needs a server does without one, or without being let in.
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '#test/integration/support/gateway';
import { freeServerNumber } from '#test/server/gateway-parts';
import { runAf } from './support/in-process.ts';

const lines = [
  ['devices'],
  ['set', 'codec', '--pass', 'on'],
  ['hosts'],
  ['props', 'codec'],
  ['atoms'],
  ['events'],
  ['phone'],
  ['time'],
  ['kill'],
];

describe('every command that needs a server', () => {
  it('ends with 3 and one sentence on standard error where none is', async () => {
    const server = `127.0.0.1:${await freeServerNumber()}`;
    const all = lines.map(async (args) => ({ args, ended: await runAf(args, { server }) }));
    for (const { args, ended } of await Promise.all(all)) {
      expect(ended, args.join(' ')).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr).toMatch(new RegExp(`^af ${args[0]}: Could not connect .*\\n$`));
    }
  });

  it('ends with 2 where the name is no server name', async () => {
    for (const args of lines) {
      const ended = await runAf(args, { server: 'nonsense' });
      expect(ended, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain('it needs a colon and a number');
    }
  });

  it('ends with 4 where the server does not let it in', async (test) => {
    const { serverNumber } = await startTestGateway(test, { authFile: '/dev/null' });
    for (const args of lines) {
      const ended = await runAf(args, { server: `unix:${serverNumber}` });
      expect(ended, args.join(' ')).toMatchObject({ code: 4, stdout: '' });
      expect(ended.stderr).toContain('refused the connection');
    }
  });
});
