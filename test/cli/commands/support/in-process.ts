// The real command line against real servers over real sockets, in the test's own process: starting Node
// for each would take most of the time. Where the process itself matters, see af.ts beside this.
import { PassThrough } from 'node:stream';
import { commands } from '#cli/commands/index';
import { Stopped } from '#cli/errors';
import { runProgram } from '#cli/program';
import { until } from '#test/integration/support/waiting';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** What was written to standard output so far. */
  output(): string;
  /** The same of standard error. */
  notes(): string;
  /** Resolves when the output has that many lines. */
  lines(count: number): Promise<string[]>;
  /** Ctrl-C. */
  interrupt(): void;
}

export interface RunOptions {
  /** The value of AUDIOFILE. */
  readonly server?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard output is a terminal. */
  readonly showsOutput?: boolean;
}

/** Nobody's authority file, so that what this user has in theirs changes nothing. */
const NO_COOKIES = '/nonexistent/authority';
const WAIT_MS = 10_000;

export function startAf(args: readonly string[], options: RunOptions = {}): Running {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const written = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  stdin.end();
  const stopper = new AbortController();
  const streams = {
    ...{ stdin, stdout, stderr },
    isTerminal: { stdin: false, stdout: options.showsOutput === true, stderr: false },
    environment: environmentOf(options),
    signal: stopper.signal,
  };
  const code = runProgram(args, commands, streams, { beforeCommand: () => {} });
  return {
    ended: code.then(async (number) => {
      // What was written last arrives in a later turn.
      await new Promise(setImmediate);
      return { code: number, ...written };
    }),
    output: () => written.stdout,
    notes: () => written.stderr,
    lines: (count) => linesOf(() => written.stdout, count),
    interrupt: () => stopper.abort(new Stopped('interrupted')),
  };
}

export function runAf(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startAf(args, options).ended;
}

/** The answer of a command that must succeed, as JSON. */
export async function askAf(args: readonly string[], options: RunOptions): Promise<unknown> {
  const { code, stdout, stderr } = await runAf([...args, '--json'], options);
  if (code !== 0) throw new Error(`af ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** For what is to run without anybody who reads or writes. */
export function silentStreams() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return {
    ...{ stdin, stdout, stderr },
    isTerminal: { stdin: false, stdout: false, stderr: false },
    environment: { XAUTHORITY: NO_COOKIES },
    signal: new AbortController().signal,
  };
}

function environmentOf({ server, environment }: RunOptions): Record<string, string> {
  return {
    XAUTHORITY: NO_COOKIES,
    ...(server !== undefined && { AUDIOFILE: server }),
    ...environment,
  };
}

async function linesOf(output: () => string, count: number): Promise<string[]> {
  const complete = (): string[] => output().split('\n').slice(0, -1);
  await until(`${count} lines of output`, WAIT_MS, () => complete().length >= count);
  return complete();
}
