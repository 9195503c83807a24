// af token: tokens are made, listed and revoked in the file of a gateway.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf, type RunningTest } from '#test/integration/support/running-test';
import { askAf, runAf } from './support/in-process.ts';

function tokenFile(test: RunningTest) {
  const file = path.join(folderOf(test), 'tokens.json');
  return { file, options: { environment: { AF_TOKEN_FILE: file } } };
}

describe('af token', () => {
  it('adds a token, shows it once, and keeps only its digest', async (test) => {
    const { file, options } = tokenFile(test);
    const args = ['token', 'add', 'kitchen', '--role', 'speak', '--expires', '30d'];
    const { code, stdout, stderr } = await runAf(args, options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    expect(stderr).toContain('the only time that it is shown');
    expect(readFileSync(file, 'utf8')).not.toContain(stdout.trim());
    const [listed] = (await askAf(['token'], options)) as {
      createdAt: string;
      expiresAt: string;
    }[];
    expect(listed).toMatchObject({ name: 'kitchen', role: 'speak' });
    const [made, ends] = [Date.parse(listed?.createdAt ?? ''), Date.parse(listed?.expiresAt ?? '')];
    expect((ends - made) / 86_400_000).toBe(30);
  });

  it('lists and revokes', async (test) => {
    const { options } = tokenFile(test);
    await askAf(['token', 'add', 'kitchen'], options);
    await askAf(['token', 'add', 'studio', '--role', 'control'], options);
    expect((await runAf(['token', 'list'], options)).stdout).toMatch(
      /^name +role +made +expires\nkitchen +listen +[\d-]+ [\d:]+ +never\nstudio +control .*\n$/,
    );
    const revoked = await runAf(['token', 'revoke', 'kitchen'], options);
    expect(revoked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Revoked "kitchen"'),
    });
    expect(await askAf(['token'], options)).toMatchObject([{ name: 'studio' }]);
  });

  it('works on the file that a gateway’s configuration names', async (test) => {
    const { file } = tokenFile(test);
    const config = path.join(path.dirname(file), 'config.json');
    writeFileSync(config, JSON.stringify({ tokenFile: file }));
    await askAf(['token', 'add', 'kitchen'], { environment: { AF_CONFIG: config } });
    expect(readFileSync(file, 'utf8')).toContain('kitchen');
    expect(await askAf(['token', '--file', file], {})).toMatchObject([{ name: 'kitchen' }]);
  });

  it.for([
    [['add'], 2, 'No token was named'],
    [['add', 'a b'], 2, 'cannot be the name of a token'],
    [['add', 'x', '--role', 'king'], 2, 'Allowed choices are listen, speak, control, admin'],
    [['add', 'x', '--expires', 'soon'], 2, 'a number of hours, days or weeks'],
    [['list', 'x'], 2, 'takes no name'],
    [['revoke', 'nobody'], 2, 'There is no token "nobody"'],
    [['list', '--file', '/proc/self/mem'], 1, 'cannot be read'],
  ] as const)('explains %j', async ([args, code, sentence], test) => {
    const { options } = tokenFile(test);
    const ended = await runAf(['token', ...args], options);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});
