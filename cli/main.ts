#!/usr/bin/env node
// The `af` command: the process around it, its signals and its exit code.
import type { CommandStreams } from './command.ts';
import { commands } from './commands/index.ts';
import { Stopped } from './errors.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { runProgram } from './program.ts';
import { fromSystemError } from './sound-files/errors.ts';

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

/** Whoever read the output has had enough, or is gone; anything else, such as a full disk, is a failure. */
const READER_ENDS = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];
let lostOutput = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (READER_ENDS.includes(error.code ?? '')) {
    stopper.abort(new Stopped('ok'));
    return;
  }
  if (!lostOutput) {
    const { message } = fromSystemError(error, 'standard output', 'writing');
    streams.stderr.write(`af: ${message}\n`);
  }
  lostOutput = true;
  process.exitCode = exitCodes.failed.number;
  stopper.abort(new Stopped('failed'));
});
// A terminal that is gone cannot be told anything.
process.stderr.on('error', () => undefined);

const exitCode = await runProgram(process.argv.slice(2), commands, streams, {
  beforeCommand: ({ ownsSignals }) => {
    if (!ownsSignals) obeySignals();
  },
});
process.exitCode = lostOutput ? exitCodes.failed.number : exitCode;
// A silent pipe would keep the process.
process.stdin.destroy();
