// `af completion`: the script that teaches a shell the commands and their options.
import { Argument } from 'commander';
import { defineCommand } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Outline } from '../outline.ts';

const scripts: Readonly<Record<string, (outline: Outline) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export const completion = defineCommand<object>({
  name: 'completion',
  summary: 'write the completion script for a shell',
  configure(command) {
    command.addArgument(new Argument('<shell>', 'which one').choices(Object.keys(scripts)));
  },
  async run({ stdout }, [shell = '']) {
    // Loaded only here: the table holds this command itself, and the outline needs the server's settings.
    const [{ commands }, { outlineOf }] = await Promise.all([
      import('./index.ts'),
      import('../outline.ts'),
    ]);
    stdout.write(scripts[shell]?.(outlineOf(commands)) ?? '');
  },
});
