// The compiled `af` as people run it: a process with arguments, standard input, signals and an exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { RunningTest } from '#test/integration/support/running-test';

const root = path.resolve(import.meta.dirname, '../../../..');

/** To be awaited before the first command is run. */
export async function compileAf(): Promise<void> {
  const { compile }: { compile: (projects: string[]) => Promise<number> } = await import(
    path.join(root, 'scripts/lib/build.mjs')
  );
  if ((await compile(['cli'])) !== 0) throw new Error('the command does not compile');
}

export interface AfOptions {
  /** The server's number, for AUDIOFILE. */
  readonly serverNumber?: number;
  /** Ends standard input after it; without it there is nothing in it. */
  readonly input?: Uint8Array;
  /** Standard input stays open and silent. */
  readonly keepsInputOpen?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface AfResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunningAf {
  readonly child: ChildProcess;
  readonly ended: Promise<AfResult>;
}

/** Killed when the test has finished. */
export function startAf(test: RunningTest, args: readonly string[], options: AfOptions): RunningAf {
  return startProgram(test, process.execPath, ['dist/cli/main.js', ...args], options);
}

/** A line for the shell, in which `af` is the command. */
export function startShell(test: RunningTest, line: string, options: AfOptions): RunningAf {
  const script = `af() { "${process.execPath}" dist/cli/main.js "$@"; }\n${line}`;
  return startProgram(test, 'bash', ['-c', script], options);
}

function startProgram(
  test: RunningTest,
  program: string,
  args: readonly string[],
  { serverNumber, input, keepsInputOpen = false, environment }: AfOptions,
): RunningAf {
  const { DISPLAY: _display, ...inherited } = process.env;
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...inherited,
      XAUTHORITY: '/nonexistent',
      ...(serverNumber !== undefined && { AUDIOFILE: `:${serverNumber}` }),
      ...environment,
    },
  });
  child.stdin.on('error', () => {});
  if (!keepsInputOpen) child.stdin.end(input);
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<AfResult>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  });
  test.onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}

export function runAf(
  test: RunningTest,
  args: readonly string[],
  options: AfOptions = {},
): Promise<AfResult> {
  return startAf(test, args, options).ended;
}

export function runShell(
  test: RunningTest,
  line: string,
  options: AfOptions = {},
): Promise<AfResult> {
  return startShell(test, line, options).ended;
}
