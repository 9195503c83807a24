// Programs of others, started for a measurement and ended with it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { endsWithUs } from './children.ts';

const END_MS = 2_000;

export function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Its first line that names a version. */
export function versionOf(program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  return /\d+\.\d+(\.\d+)*/.exec(text)?.[0] ?? 'of an unknown version';
}

export interface PeerProgram {
  readonly child: ChildProcess;
  readonly pid: number;
  stop(): Promise<void>;
}

export function startProgram(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): PeerProgram {
  const env = { ...process.env, ...environment };
  const child = endsWithUs(spawn(program, args, { stdio: 'ignore', env }));
  return {
    child,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** What all threads of the processes have used so far, in user and kernel mode. */
export function cpuMsOf(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const thread of pids.flatMap(threadsOf)) {
    // Its first field; /proc/<pid>/stat counts in steps of 10 ms only.
    nanoseconds += Number.parseInt(readFileSync(path.join(thread, 'schedstat'), 'utf8'), 10);
  }
  return nanoseconds / 1e6;
}

/** How often a thread of theirs has waited for something, and was woken. */
export function wakeUpsOf(pids: readonly number[]): number {
  let count = 0;
  for (const thread of pids.flatMap(threadsOf)) {
    const status = readFileSync(path.join(thread, 'status'), 'utf8');
    count += Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1]);
  }
  return count;
}

function threadsOf(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((thread) => path.join(folder, thread));
}
