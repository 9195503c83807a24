// The completion script for fish.
import type { CommandOutline, OptionOutline, Outline } from '../outline.ts';
import { argumentsOf, type Offer, offerForArgument, offerForValue } from './words.ts';

const PROGRAMS = ['af', 'audiofile-gateway'];

export function fishCompletion(outline: Outline): string {
  const { commands, globals } = outline;
  const lines = [
    '-f',
    '-s h -l help -d "Show what the command takes."',
    ...globals.map(optionLine),
    ...commands.map(
      ({ name, summary }) => `-n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap((command) => commandLines(command, outline)),
  ];
  const complete = lines.flatMap((line) =>
    PROGRAMS.map((program) => `complete -c ${program} ${line}`),
  );
  return [
    '# Completion of af for fish. Load it with: af completion fish | source',
    ...complete,
    '',
  ].join('\n');
}

function commandLines(command: CommandOutline, outline: Outline): string[] {
  const condition = `-n '__fish_seen_subcommand_from ${command.name}'`;
  const offers = argumentsOf(command, outline)
    .map(offerForArgument)
    .filter(({ kind }) => kind !== 'none');
  return [
    ...command.options.map((option) => `${condition} ${optionLine(option)}`),
    ...offers.map((offer) => `${condition} ${offerArguments(offer)}`),
  ];
}

function optionLine(option: OptionOutline): string {
  const names = option.flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = option.value === undefined ? [] : [valueArguments(offerForValue(option))];
  return [...names, ...value, `-d ${quoted(option.description)}`].join(' ');
}

function valueArguments(offer: Offer): string {
  if (offer.kind === 'files') return '-r -F';
  return offer.kind === 'words' ? `-x ${offerArguments(offer)}` : '-x';
}

function offerArguments(offer: Offer): string {
  return offer.kind === 'words' ? `-a ${quoted(offer.words.join(' '))}` : '-F';
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
