// Processes that the soak test starts and asks: each answers questions by their number, and ends with us.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What scripts/lib/gateway-probe.mjs tells of the process that it is loaded into. */
export interface Figures {
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly residentBytes: number;
  readonly cpuMs: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly busyTurnMs: number;
}

/** What a process of clients has counted since its start, by name. */
export type Tally = Record<string, number>;

interface Answers {
  figures: Figures;
  /** After a garbage collection. */
  collect: Figures;
  tally: Tally;
}

/** The number of the one answer that nobody asks for. */
const READY = 0;

/** As seen from dist/bench/soak. */
const probe = new URL('../../../scripts/lib/gateway-probe.mjs', import.meta.url).href;

export class Worker {
  readonly child: ChildProcess;
  /** What it wrote as errors, or warned of. */
  readonly errorLines: string[] = [];
  #lastId = 0;

  /** Does not hear the terminal's Ctrl-C: who started it ends it. */
  constructor(script: URL, args: readonly string[]) {
    this.child = fork(fileURLToPath(script), args, {
      detached: true,
      execArgv: ['--expose-gc', '--import', probe],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.setMaxListeners(0);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errorLines.push(...text.split('\n').filter((line) => line !== ''));
    });
    process.once('exit', () => this.child.kill('SIGKILL'));
  }

  /** Waits until a line of its output fits; rejects when the process ends before that. */
  said(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      let text = '';
      this.child.once('exit', (code) =>
        reject(new Error(`A process ended with ${code}: ${text}${this.errorLines.join('\n')}`)),
      );
      this.child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const match = text.match(pattern);
        if (match) resolve(match);
      });
    });
  }

  /** Resolves when its clients are all there, which it tells once. */
  ready(): Promise<unknown> {
    return this.#answer(READY);
  }

  ask<What extends keyof Answers>(what: What): Promise<Answers[What]> {
    this.#lastId += 1;
    const answer = this.#answer<Answers[What]>(this.#lastId);
    this.child.send({ id: this.#lastId, what });
    return answer;
  }

  #answer<Answer>(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => {
        reject(new Error(`A process ended with ${code}: ${this.errorLines.join('\n')}`));
      };
      const hear = (message: { id: number; answer: Answer }) => {
        if (message.id !== id) return;
        this.child.off('message', hear);
        this.child.off('exit', ended);
        resolve(message.answer);
      };
      this.child.on('message', hear);
      this.child.once('exit', ended);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** The other end: says when it is ready, and answers what the probe does not. */
export function answerWith(ready: Promise<unknown>, tally: () => Tally): void {
  process.on('message', ({ id, what }: { id: number; what: string }) => {
    if (what === 'tally') process.send?.({ id, answer: tally() });
  });
  ready.then(
    () => process.send?.({ id: READY }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
