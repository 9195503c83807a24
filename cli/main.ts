#!/usr/bin/env node
// The `af` command: the process around it, its signals and its exit code.
import type { CommandStreams } from './command.ts';
import { commands } from './commands/index.ts';
import { Stopped } from './errors.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { runProgram } from './program.ts';

const stopper = new AbortController();

const streams: CommandStreams = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  isTerminal: {
    stdin: process.stdin.isTTY === true,
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
  },
  environment: process.env,
  signal: stopper.signal,
};

const signals: Readonly<Record<string, ExitName>> = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hungUp',
};

/** The first signal asks the command to end well, the second does not wait for that. */
function obeySignals(): void {
  for (const [name, exit] of Object.entries(signals)) {
    process.on(name, () => {
      if (stopper.signal.aborted) process.exit(exitCodes[exit].number);
      stopper.abort(new Stopped(exit));
    });
  }
}

// Whoever read the output has had enough; a terminal that is gone cannot be told anything.
process.stdout.on('error', () => stopper.abort(new Stopped('ok')));
process.stderr.on('error', () => undefined);

process.exitCode = await runProgram(process.argv.slice(2), commands, streams, {
  beforeCommand: ({ ownsSignals }) => {
    if (!ownsSignals) obeySignals();
  },
});
// A silent pipe would keep the process.
process.stdin.destroy();
