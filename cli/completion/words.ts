// What may stand at a place of the command line, for all three shells.
import { encodings } from '#shared/protocol/encodings';
import type { ArgumentOutline, CommandOutline, OptionOutline, Outline } from '../outline.ts';

/** Words to offer, files, or nothing because anything may stand there. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'none' };

const encodingNames = Object.values(encodings)
  .filter(({ bytesPerUnit }) => bytesPerUnit > 0)
  .map(({ aliases }) => aliases[0] ?? '');

export function offerForValue({ flags, value = '', choices }: OptionOutline): Offer {
  if (choices.length > 0) return { kind: 'words', words: choices };
  if (flags.includes('--encoding')) return { kind: 'words', words: encodingNames };
  return isFile(value) ? { kind: 'files' } : { kind: 'none' };
}

export function offerForArgument(argument: ArgumentOutline): Offer {
  if (argument.choices.length > 0) return { kind: 'words', words: argument.choices };
  return isFile(argument.name) ? { kind: 'files' } : { kind: 'none' };
}

/** Arguments of `help` are commands too. */
export function argumentsOf(command: CommandOutline, { commands }: Outline): ArgumentOutline[] {
  if (command.name !== 'help') return [...command.arguments];
  const names = commands.map(({ name }) => name).filter((name) => name !== 'help');
  return command.arguments.map((argument) => ({
    ...argument,
    choices: [...names, ...argument.choices.filter((topic) => !names.includes(topic))],
  }));
}

export function flagsOf(options: readonly OptionOutline[]): string[] {
  return options.flatMap(({ flags }) => flags);
}

/** What every command takes, and who asks for help about it. */
export function optionsOf(command: CommandOutline, { globals }: Outline): OptionOutline[] {
  const known = flagsOf(command.options);
  const others = [...globals, helpOption].filter(
    ({ flags }) => !flags.some((flag) => known.includes(flag)),
  );
  return [...command.options, ...others];
}

const helpOption: OptionOutline = {
  flags: ['-h', '--help'],
  value: undefined,
  choices: [],
  description: 'Show what the command takes.',
};

function isFile(name: string): boolean {
  return /file|folder|path|socket/i.test(name);
}
