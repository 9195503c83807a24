// The command line as data: what completion scripts and manual pages are made from. It is read off the
// table of commands, so that nothing is described twice.
import { Writable } from 'node:stream';
import type { Argument, Command as CommanderCommand, Option } from 'commander';
import { CONFIG_FLAG, denial } from '#server/config/command-line';
import { settings } from '#server/config/settings';
import type { Command } from './command.ts';
import { createProgram } from './program.ts';
import { topics } from './topics.ts';

export interface OptionOutline {
  /** Such as `-s` and `--server`, the short one first. */
  readonly flags: readonly string[];
  /** What stands for its value, such as `dB`; undefined where it takes none. */
  readonly value: string | undefined;
  /** The only values that it takes; empty where others fit too. */
  readonly choices: readonly string[];
  readonly description: string;
}

export interface ArgumentOutline {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  readonly choices: readonly string[];
  readonly description: string;
}

export interface CommandOutline {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentOutline[];
  readonly options: readonly OptionOutline[];
}

export interface Outline {
  /** Options that every command takes. */
  readonly globals: readonly OptionOutline[];
  readonly commands: readonly CommandOutline[];
}

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Options that are not commander's, by command. */
const foreignOptions: Readonly<Record<string, () => readonly OptionOutline[]>> = {
  serve: serveOptions,
};

export function outlineOf(commands: readonly Command[]): Outline {
  const streams = { stdout: nowhere, stderr: nowhere };
  const program = createProgram(commands, streams, async () => {});
  return {
    globals: program.options.filter(isShown).map(optionOutline),
    commands: program.commands.map(commandOutline),
  };
}

function commandOutline(command: CommanderCommand): CommandOutline {
  const name = command.name();
  const options = command.options.filter(isShown).map(optionOutline);
  const described = command.registeredArguments.map(argumentOutline);
  return {
    name,
    summary: command.description(),
    arguments: name === 'help' ? described.map(withTopics) : described,
    options: [...options, ...(foreignOptions[name]?.() ?? [])],
  };
}

function isShown({ hidden }: Option): boolean {
  return !hidden;
}

function optionOutline(option: Option): OptionOutline {
  const [, value] = /[<[]([^\]>]+?)(?:\.\.\.)?[\]>]/.exec(option.flags) ?? [];
  const { defaultValue, defaultValueDescription } = option;
  const isTold = defaultValue !== undefined && typeof defaultValue !== 'boolean';
  const told = isTold ? ` Default: ${defaultValueDescription ?? defaultValue}.` : '';
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    value,
    choices: option.argChoices ?? [],
    description: `${sentence(option.description)}${told}`,
  };
}

function argumentOutline(argument: Argument): ArgumentOutline {
  return {
    name: argument.name(),
    isRequired: argument.required,
    isVariadic: argument.variadic,
    choices: argument.argChoices ?? [],
    description: sentence(argument.description),
  };
}

function withTopics(argument: ArgumentOutline): ArgumentOutline {
  const description = `A command, or one of ${Object.keys(topics).join(', ')}.`;
  return { ...argument, choices: Object.keys(topics), description };
}

function serveOptions(): OptionOutline[] {
  const configFile = {
    flags: [CONFIG_FLAG],
    value: 'FILE',
    choices: [],
    description: 'A JSON file with settings; flags and variables overrule it. (AF_CONFIG)',
  };
  const flags = settings.map((setting) => ({
    flags: [setting.flag, denial(setting)].filter((flag) => flag !== undefined),
    value: setting.argument,
    choices: [],
    description: `${setting.doc} (${setting.variable})`,
  }));
  return [configFile, ...flags];
}

/** Help begins in lower case and has no full stop, pages do. */
function sentence(text: string): string {
  if (text === '') return '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? '' : '.'}`;
}
