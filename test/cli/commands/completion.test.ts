// af completion: scripts that know every command, and that bash really runs.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '#cli/commands/index';
import { flagsOf } from '#cli/completion/words';
import { outlineOf } from '#cli/outline';
import { runAf } from './support/in-process.ts';

const outline = outlineOf(commands);

async function scriptFor(shell: string): Promise<string> {
  const { code, stdout } = await runAf(['completion', shell]);
  expect(code).toBe(0);
  return stdout;
}

/** What bash offers when the tab key is pressed at the end of the words. */
function offered(script: string, ...words: string[]): string[] {
  const line = ['af', ...words].map((word) => `'${word}'`).join(' ');
  const { stdout, stderr, status } = spawnSync('bash', ['--norc'], {
    input: `${script}\nCOMP_WORDS=(${line})\nCOMP_CWORD=${words.length}\n_af\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('the completion for bash', () => {
  it('offers every command, and the ones that begin like what is typed', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, '')).toEqual(outline.commands.map(({ name }) => name));
    expect(offered(script, 'de')).toEqual(['devices']);
    expect(offered(script, '--server', ':0', 'pro')).toEqual(['props', 'probe']);
    expect(offered(script, '--s')).toEqual(['--server']);
  });

  it("offers a command's options and the words that it takes", async () => {
    const script = await scriptFor('bash');
    expect(offered(script, 'set', 'codec', '--input')).toEqual(['--input-gain', '--input']);
    expect(offered(script, 'set', 'codec', '--pass', '')).toEqual(['on', 'off']);
    expect(offered(script, 'hosts', '')).toEqual(['list', 'add', 'remove', 'on', 'off']);
    expect(offered(script, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered(script, 'help', 'exi')).toEqual(['exit-codes']);
    expect(offered(script, 'help', 'dev')).toEqual(['devices']);
    expect(offered(script, 'serve', '--http')).toEqual(['--http-port']);
    expect(offered(script, 'play', '--encoding', 'mu')).toEqual(['mu-law']);
  });

  it('offers files where a command takes them', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, 'play', 'package-l')).toEqual(['package-lock.json']);
    expect(offered(script, 'serve', '--config', 'package-l')).toEqual(['package-lock.json']);
    expect(offered(script, 'devices', 'package-l')).toEqual([]);
  });
});

describe.each(['bash', 'zsh', 'fish'])('the completion for %s', (shell) => {
  it('names every command and every option', async () => {
    const script = await scriptFor(shell);
    for (const { name, options } of outline.commands) {
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      for (const flag of flagsOf(options)) {
        expect(script, name).toContain(shell === 'fish' ? flag.replace(/^--?/, '') : flag);
      }
    }
  });
});

describe('the completion scripts', () => {
  // What zsh has beyond bash, this one does not use; so bash can at least read it.
  it.each(['bash', 'zsh'])('for %s can be read by bash without a word', async (shell) => {
    const { stdout, stderr, status } = spawnSync('bash', ['-n'], {
      input: await scriptFor(shell),
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  });

  it('for fish closes every quote on its line', async () => {
    for (const line of (await scriptFor('fish')).split('\n').slice(1)) {
      const outside = line.replace(/'(?:[^'\\]|\\.)*'|"[^"$\\]*"/g, '');
      expect(outside, line).toMatch(/^[\w\s-]*$/);
    }
  });

  it('are for three shells and no others', async () => {
    const { code, stderr } = await runAf(['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});
