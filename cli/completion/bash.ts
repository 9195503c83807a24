// The completion script for bash.
import type { CommandOutline, OptionOutline, Outline } from '../outline.ts';
import {
  argumentsOf,
  flagsOf,
  type Offer,
  offerForArgument,
  offerForValue,
  optionsOf,
} from './words.ts';

export function bashCompletion(outline: Outline): string {
  const { commands, globals } = outline;
  const names = commands.map(({ name }) => name);
  return `# Completion of af for bash. Load it with: source <(af completion bash)
_af() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command= index words= files=
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${patternOf(globals.filter(({ value }) => value !== undefined))}) ((index++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case "$command $previous" in
${commands.flatMap((command) => valueCases(command, outline)).join('\n')}
    *) case "$command $current" in
      " -"*) words=${quoted([...flagsOf(globals), '-h', '--help'])} ;;
      " "*) words=${quoted(names)} ;;
${commands.flatMap((command) => commandCases(command, outline)).join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _af af audiofile-gateway
`;
}

function valueCases(command: CommandOutline, outline: Outline): string[] {
  return optionsOf(command, outline)
    .filter(({ value }) => value !== undefined)
    .map((option) => {
      const patterns = option.flags.map((flag) => `"${command.name} ${flag}"`).join('|');
      return `    ${patterns}) ${assignment(offerForValue(option))} ;;`;
    });
}

function commandCases(command: CommandOutline, outline: Outline): string[] {
  const flags = flagsOf(optionsOf(command, outline));
  const offers = argumentsOf(command, outline).map(offerForArgument);
  const words = offers.flatMap((offer) => (offer.kind === 'words' ? offer.words : []));
  const hasFiles = offers.some(({ kind }) => kind === 'files');
  return [
    `      "${command.name} -"*) words=${quoted(flags)} ;;`,
    `      "${command.name} "*) words=${quoted(words)}${hasFiles ? ' files=yes' : ''} ;;`,
  ];
}

function assignment(offer: Offer): string {
  if (offer.kind === 'files') return 'files=yes';
  return offer.kind === 'words' ? `words=${quoted(offer.words)}` : ':';
}

function patternOf(options: readonly OptionOutline[]): string {
  return flagsOf(options).join('|');
}

function quoted(words: readonly string[]): string {
  return `'${words.join(' ').replaceAll("'", "'\\''")}'`;
}
