// What a gateway must not do however busy the machine is, and what is kept of a run that failed for whoever looks
// into it.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endOf, type GatewayProcess } from '../support/gateway-process.ts';
import { sleepMs } from '../support/waiting.ts';
import { type Attackers, inWords } from './attackers.ts';

const folder = path.resolve(import.meta.dirname, '../../../dist/fuzz');
/** What was sent in this time before it is kept. */
const KEPT_MS = 1_000;
/** A gateway that ends is given so long to say why. */
const SAYS_WHY_MS = 1_000;
/** Of what it said, an error shows so much; the file has all of it. */
const SHOWN_CHARACTERS = 2_000;

export interface Run {
  readonly gateway: GatewayProcess;
  readonly attackers: Attackers;
  readonly seed: number;
  readonly seconds: number;
}

/**
 * Rejects where the gateway ends, or disturbs the quiet client, before the work is done, and with what the work
 * throws; the error tells where all is kept.
 */
export async function unlessFailed(
  run: Run,
  quiet: Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  let isDone = false;
  const failed = new Promise<never>((_resolve, reject) => {
    async function fail(what: string, cause?: unknown): Promise<void> {
      if (!isDone) reject(await failureOf(what, run, cause));
    }
    run.gateway.ended.then(() => fail('nobody ended it'));
    quiet.catch((cause) => fail('it disturbed the quiet client', cause));
  });
  try {
    await Promise.race([failed, work()]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    error.message += `\n${kept(run, error.message)}`;
    throw error;
  } finally {
    isDone = true;
  }
}

/** What no busy machine excuses. */
export async function failureOf(what: string, run: Run, cause?: unknown): Promise<Error> {
  const { gateway, attackers } = run;
  await Promise.race([gateway.ended, sleepMs(SAYS_WHY_MS)]);
  const end = endOf(gateway);
  const why = end === undefined ? what : `it ${end}`;
  const said = gateway.output.stderr.slice(-SHOWN_CHARACTERS);
  const sentence = `The gateway failed: ${why}, after ${attackers.count} connections. It said at last:`;
  return new Error(`${sentence}\n${said}`, { cause });
}

/** Writes down what is known; says where, and how it is done again. */
function kept({ gateway, attackers, seed, seconds }: Run, why: string): string {
  const { stdout, stderr } = gateway.output;
  const file = path.join(folder, `seed-${seed}.txt`);
  const again = `SEED=${seed} FUZZ_SECONDS=${seconds} npx vitest run --project integration test/integration/fuzz.test.ts`;
  const sent = attackers.since(performance.now() - SAYS_WHY_MS - KEPT_MS).map(inWords);
  const said = `${stdout}${stderr}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `${[again, why, '\nAll that it said:', said, 'What it was sent at last:', ...sent].join('\n')}\n`,
  );
  return `All that it said, and what it was sent at last, is in ${file}; again: ${again}`;
}
