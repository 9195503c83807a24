// Reads the command line by the table of commands, runs the one that is meant, and says how that ended.
import { Command as CommanderCommand, type OptionValues } from 'commander';
import { version } from '#server/root';
import type { Command, CommandStreams } from './command.ts';
import { createContext } from './context.ts';
import { failureOf } from './errors.ts';
import { examplesOf } from './examples.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { topics } from './topics.ts';

export interface ProgramEvents {
  /** Called before a command runs. */
  beforeCommand(command: Command): void;
}

/** Runs one command line; resolves with the exit code. What went wrong is said on standard error. */
export async function runProgram(
  args: readonly string[],
  commands: readonly Command[],
  streams: CommandStreams,
  events: ProgramEvents,
): Promise<number> {
  let running = 'af';
  let exit: ExitName = 'ok';
  const program = createProgram(commands, streams, async (command, operands, options) => {
    running = `af ${command.name}`;
    events.beforeCommand(command);
    exit = await runCommand(command, streams, operands, options);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const failure = failureOf(error);
    if (failure.sentence !== undefined) streams.stderr.write(`${running}: ${failure.sentence}\n`);
    exit = failure.exit;
  }
  return exitCodes[exit].number;
}

async function runCommand(
  command: Command,
  streams: CommandStreams,
  operands: readonly string[],
  options: OptionValues,
): Promise<ExitName> {
  const owned = createContext(streams, options);
  try {
    const exit = await command.run(owned.context, operands, options);
    await owned.close();
    return exit ?? 'ok';
  } finally {
    owned.abort();
  }
}

type Run = (command: Command, operands: readonly string[], options: OptionValues) => Promise<void>;

/** The parser with everything it knows; also what completions and manual pages are made from. */
export function createProgram(
  commands: readonly Command[],
  streams: Pick<CommandStreams, 'stdout' | 'stderr'>,
  run: Run,
): CommanderCommand {
  const program = new CommanderCommand('af')
    .description('Plays, records and controls sound on AudioFile servers.')
    .option(
      '-s, --server <name>',
      'the server, such as :0 or host:0 (else AUDIOFILE, then DISPLAY, then the one of this machine)',
    )
    .option('--json', 'answer in JSON, where there is something to answer')
    .option('-q, --quiet', 'say nothing but errors')
    .version(version, '--version', 'show the version')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(See "af help".)')
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: sayingWhere('af'),
    })
    .exitOverride();
  for (const command of commands) {
    const subcommand = program.command(command.name).description(command.summary);
    subcommand
      .showHelpAfterError(`(See "af help ${command.name}".)`)
      .configureOutput({ outputError: sayingWhere(`af ${command.name}`) });
    command.configure(subcommand);
    subcommand.addHelpText('after', examplesText(command.name));
    subcommand.action(() => run(command, subcommand.args, subcommand.optsWithGlobals()));
  }
  program
    .command('help [topic]')
    .description(`explain a command, or one of ${Object.keys(topics).join(', ')}`)
    .action((topic: string | undefined) => help(program, topic, streams));
  return program;
}

/** Begins what the parser found wrong with the name of the command, as every other error begins. */
function sayingWhere(running: string) {
  return (text: string, write: (text: string) => void) =>
    write(text.replace(/^error:/, `${running}:`));
}

function examplesText(name: string): string {
  const lines = examplesOf(name).map(({ line, meaning }) => `  ${line}\n      ${meaning}`);
  return lines.length > 0 ? `\nExamples:\n${lines.join('\n')}` : '';
}

function help(
  program: CommanderCommand,
  name: string | undefined,
  { stdout }: Pick<CommandStreams, 'stdout'>,
): void {
  const topic = name === undefined ? undefined : topics[name];
  if (topic) {
    stdout.write(`${topic.text()}\n`);
    return;
  }
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined && name !== undefined) {
    program.error(`error: there is no help on "${name}".`);
  }
  (command ?? program).outputHelp();
}
