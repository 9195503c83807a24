// What a script is asked for on its command line, and what it says where that means nothing to it.
import { parseArgs } from 'node:util';
import { say } from './run.mjs';

const EXIT_USAGE = 2;

/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} Options as `parseArgs` has them */

/**
 * @template {Options} Wanted
 * @typedef {ReturnType<typeof parseArgs<{ options: Wanted }>>['values']} Values
 */

/**
 * Shows the usage and ends the process where --help is given, and ends it too, with a sentence, where an option
 * or a name is given that the script does not know.
 * @template {Options} Wanted
 * @param {string} usage what it does, how long it takes, and what it takes
 * @param {Wanted} options
 * @param {readonly string[] | 'any' | 'none'} [allowed] what may stand there beside options
 * @returns {{ values: Values<Wanted>, names: string[] }}
 */
export function readArguments(usage, options, allowed = 'none') {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    say(usage);
    process.exit(0);
  }
  const { values, positionals: names } = parsed(usage, args, options);
  const unknown = names.filter((name) => allowed !== 'any' && !allowed.includes(name));
  if (unknown.length > 0) {
    const known = allowed === 'none' ? 'no names are taken' : `there is ${[...allowed].join(', ')}`;
    refuse(usage, `"${unknown.join(' ')}" means nothing here: ${known}.`);
  }
  return { values, names };
}

/**
 * @template {Options} Wanted
 * @param {string} usage
 * @param {string[]} args
 * @param {Wanted} options
 * @returns {{ values: Values<Wanted>, positionals: string[] }}
 */
function parsed(usage, args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Ends the process.
 * @param {string} usage
 * @param {string} sentence what is wrong
 * @returns {never}
 */
export function refuse(usage, sentence) {
  process.stderr.write(`${sentence}\n\n${usage}\n`);
  process.exit(EXIT_USAGE);
}
