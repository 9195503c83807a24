// What the scripts behind `npm run` say of themselves, and of what they cannot do, before they begin anything.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

function script(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${name}.mjs`, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a script', () => {
  it.each([
    ['bench', /Usage: npm run bench.*\d+ minutes.*latency .*\(4 min\).*--accept/s],
    ['soak', /Usage: npm run soak.*10 minutes and an hour.*--hours N.*--fuzz-minutes N/s],
    ['test', /Usage: npm test .*seven\s+minutes/s],
    ['check', /Usage: npm run check.*a minute/s],
    ['docs', /Usage: npm run docs.*seconds.*--check/s],
  ])('says with --help what it does and how long it takes: %s', (name, usage) => {
    expect(script(name, '--help')).toEqual({
      status: 0,
      stdout: expect.stringMatching(usage),
      stderr: '',
    });
  });

  it.each([
    ['bench', ['nonsense'], /^"nonsense" means nothing here: there is audio, .*, peers\.$/m],
    ['bench', ['--nonsense'], /^Unknown option '--nonsense'/],
    ['soak', ['--hours', 'x'], /^--hours wants a number such as 8 or 0\.5, and "x" is none\.$/m],
    ['soak', ['--fuzz-minutes', ''], /^--fuzz-minutes wants a number/],
    ['soak', ['--hours', '-1'], /--hours/],
    ['soak', ['8'], /^"8" means nothing here: no names are taken\.$/m],
    ['test', ['--watch'], /^Unknown option '--watch'/],
  ])('says what it does not know, and what it does: %s %j', (name, args, sentence) => {
    const { status, stdout, stderr } = script(name, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(`Usage: npm ${name === 'test' ? 'test' : `run ${name}`}`);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
