// The same kernels in C: compiled for the occasion, if there is a compiler, and asked for one round at a time.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** As seen from dist/bench, where this runs. */
const folder = fileURLToPath(new URL('../../bench/c-kernels', import.meta.url));

export interface CProgram {
  /** Says which compiler made it, and how. */
  readonly description: string;
  /** Runs a kernel for one round; gives the seconds that a block took, or undefined if there is none of that name. */
  secondsPerBlock(kernel: string): Promise<number | undefined>;
  /** Ends the program and removes it. */
  end(): void;
}

/** Undefined where nothing is there to compile it. */
export function buildCProgram(): CProgram | undefined {
  const home = mkdtempSync(path.join(tmpdir(), 'audio-bench-'));
  const program = path.join(home, 'kernels');
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => path.join(folder, name));
  const compile = (...libraries: string[]) =>
    spawnSync('cc', ['-O2', '-o', program, ...sources, ...libraries, '-lm']).status === 0;

  if (compile('-DWITH_GSM', '-lgsm')) return talkTo(program, home, ' and libgsm');
  if (compile()) return talkTo(program, home, '');
  rmSync(home, { recursive: true });
  return undefined;
}

function talkTo(program: string, home: string, libraries: string): CProgram {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    description: `${compilerName()} with -O2${libraries}`,
    async secondsPerBlock(kernel) {
      child.stdin.write(`${kernel}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`The kernels in C ended ${howItEnded(child)}.`);
      return Number(value) || undefined;
    },
    end() {
      child.stdin.end();
      rmSync(home, { recursive: true });
    },
  };
}

function compilerName(): string {
  const [firstLine = 'cc'] = spawnSync('cc', ['--version']).stdout.toString().split('\n');
  return firstLine;
}

function howItEnded(child: ChildProcess): string {
  return child.signalCode === null ? `with status ${child.exitCode}` : `by ${child.signalCode}`;
}
