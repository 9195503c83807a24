// Manual pages: af(1) and one for each command, from the same table as everything else.
import type { Command } from '../command.ts';
import { examplesOf } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import {
  type ArgumentOutline,
  type CommandOutline,
  type OptionOutline,
  type Outline,
  outlineOf,
} from '../outline.ts';
import { topics } from '../topics.ts';
import { bold, entry, italic, section, text, title, verbatim } from './roff.ts';

const SUMMARY = 'play, record and control sound on AudioFile servers';
/** Topics with a section of their own in another form. */
const TOLD_ELSEWHERE = ['exit-codes'];

/** The name of each page's file, and what stands in it. */
export function manualPages(commands: readonly Command[]): Readonly<Record<string, string>> {
  const outline = outlineOf(commands);
  const pages = outline.commands.filter(hasPage).map((command) => {
    return [`af-${command.name}.1`, commandPage(command, outline)] as const;
  });
  return Object.fromEntries([['af.1', overviewPage(outline)], ...pages]);
}

/** Of help, af(1) says everything. */
function hasPage({ name }: CommandOutline): boolean {
  return name !== 'help';
}

function overviewPage({ commands, globals }: Outline): string {
  return page([
    title('af'),
    ...section('name', `af \\- ${text(SUMMARY)}`),
    ...section(
      'synopsis',
      `${bold('af')} [${italic('options')}] ${italic('command')} [${italic('arguments')}]`,
    ),
    ...section(
      'description',
      text('Each command has a page of its own, and "af help" shows the same in short.'),
      ...commands
        .filter(hasPage)
        .flatMap(({ name, summary }) => entry(bold(`af-${name}`).concat('(1)'), text(summary))),
    ),
    ...section('options', ...globals.flatMap(optionEntry)),
    ...Object.entries(topics)
      .filter(([name]) => !TOLD_ELSEWHERE.includes(name))
      .flatMap(([name, topic]) => section(name, ...verbatim(topic.text()))),
    ...exitStatus(),
    ...section('environment', ...variables.flatMap(([name, doc]) => entry(bold(name), text(doc)))),
  ]);
}

const variables = [
  ['AUDIOFILE', 'The server, where --server does not name one.'],
  [
    'DISPLAY',
    'The server, where AUDIOFILE does not name one either; without it the one of this machine.',
  ],
  ['XAUTHORITY', 'The file with the cookies that servers ask for; else ~/.Xauthority.'],
] as const;

function commandPage(command: CommandOutline, { globals }: Outline): string {
  const { name, summary, options } = command;
  const operands = command.arguments.map(operandUsage);
  const examples = examplesOf(name).flatMap(({ line, meaning }) =>
    entry(bold(line), text(meaning)),
  );
  const isForeign = name === 'serve';
  return page([
    title(`af-${name}`),
    ...section('name', `${text(`af-${name}`)} \\- ${text(summary)}`),
    ...section('synopsis', [bold(`af ${name}`), `[${italic('options')}]`, ...operands].join(' ')),
    ...(operands.length > 0
      ? section('arguments', ...command.arguments.flatMap(operandEntry))
      : []),
    ...section(
      'options',
      ...options.flatMap(optionEntry),
      ...(isForeign ? [] : globals.flatMap(optionEntry)),
    ),
    ...(examples.length > 0 ? section('examples', ...examples) : []),
    ...exitStatus(),
    ...section('see also', `${bold('af')}(1)`),
  ]);
}

function exitStatus(): string[] {
  const rows = Object.values(exitCodes);
  return section(
    'exit status',
    ...rows.flatMap(({ number, meaning }) => entry(bold(String(number)), text(meaning))),
  );
}

function operandUsage({ name, isRequired, isVariadic }: ArgumentOutline): string {
  const shown = `${italic(name)}${isVariadic ? ' ...' : ''}`;
  return isRequired ? shown : `[${shown}]`;
}

function operandEntry({ name, choices, description }: ArgumentOutline): string[] {
  return entry(italic(name), text(withChoices(description, choices)));
}

function optionEntry({ flags, value, choices, description }: OptionOutline): string[] {
  const usage = value === undefined ? '' : ` ${italic(value)}`;
  return entry(`${flags.map(bold).join(', ')}${usage}`, text(withChoices(description, choices)));
}

function withChoices(description: string, choices: readonly string[]): string {
  if (choices.length === 0) return description;
  return `${description} One of: ${choices.join(', ')}.`;
}

function page(lines: readonly string[]): string {
  const head = '.\\" Written by "npm run docs" from the table of commands. Do not edit.';
  return `${[head, ...lines].join('\n')}\n`;
}
