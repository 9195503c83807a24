// What every command that needs a server does without one, or without being let in.
import { describe, expect, it } from 'vitest';
import { createContext } from '#cli/context';
import { startTestGateway } from '#test/integration/support/gateway';
import { freeServerNumber } from '#test/server/gateway-parts';
import { runAf, silentStreams } from './support/in-process.ts';
import { serverName, startListener } from './support/servers.ts';

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

  it('says at once what a name cannot be, and which variable it is from', async () => {
    const link = await runAf(['devices', '-s', 'http://127.0.0.1:8411/']);
    expect(link.stderr).toMatch(/is the link to a page, and a server has another name: host:N/);
    const { stderr } = await runAf(['devices'], { server: 'nonsense' });
    expect(stderr).toMatch(/"nonsense" \(from AUDIOFILE\) is no server name/);
  });

  it('does not wait for ever for a server that takes connections and says nothing', async (test) => {
    const server = serverName(await startListener(test, () => {}));
    const { context, abort } = createContext(silentStreams(), { server }, 50);
    await expect(context.connect()).rejects.toThrow(/has not answered for 0\.05 s: .*"af probe"/);
    abort();
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
