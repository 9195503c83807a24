// The completion script for zsh.
import type { ArgumentOutline, CommandOutline, OptionOutline, Outline } from '../outline.ts';
import { argumentsOf, type Offer, offerForArgument, offerForValue, optionsOf } from './words.ts';

export function zshCompletion(outline: Outline): string {
  const { commands, globals } = outline;
  return `#compdef af audiofile-gateway
# Completion of af for zsh. Load it with: source <(af completion zsh)
_af() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${globals.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case \${words[1]} in
${commands.map((command) => commandCase(command, outline)).join('\n')}
      esac
      ;;
  esac
}
if [[ \${funcstack[1]} == _af ]]; then _af "$@"; else compdef _af af audiofile-gateway; fi
`;
}

function commandCase(command: CommandOutline, outline: Outline): string {
  const specs = [
    ...optionsOf(command, outline).map(optionSpec),
    ...argumentsOf(command, outline).map(argumentSpec),
  ];
  return `        ${command.name}) _arguments ${specs.map((spec) => `\\\n          ${spec}`).join(' ')} ;;`;
}

/** Several flags of one option exclude each other. */
function optionSpec(option: OptionOutline): string {
  const { flags, value, description } = option;
  const rest = `[${escaped(description)}]${value === undefined ? '' : `:${escaped(value)}:${actionOf(offerForValue(option))}`}`;
  const [flag = ''] = flags;
  if (flags.length === 1) return quoted(`${flag}${rest}`);
  return `${quoted(`(${flags.join(' ')})`)}{${flags.join(',')}}${quoted(rest)}`;
}

function argumentSpec(argument: ArgumentOutline): string {
  const action = actionOf(offerForArgument(argument));
  if (argument.isVariadic) return quoted(`*:${escaped(argument.name)}:${action}`);
  return quoted(`${argument.isRequired ? '' : ':'}:${escaped(argument.name)}:${action}`);
}

function actionOf(offer: Offer): string {
  if (offer.kind === 'files') return '_files';
  return offer.kind === 'words' ? `(${offer.words.join(' ')})` : ' ';
}

function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, (character) => `\\${character}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
