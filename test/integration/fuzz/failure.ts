// What a gateway must not do however busy the machine is, and what is kept of it in a file for whoever looks into it.
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
/** Of what it said, the error shows so much; the file has all of it. */
const SHOWN_CHARACTERS = 2_000;

/** What a busy machine may have caused is said in other words. */
export const excusable = /^(?!The gateway failed)/;

export interface Run {
  readonly gateway: GatewayProcess;
  readonly attackers: Attackers;
  readonly seed: number;
  readonly seconds: number;
}

/** Rejects where the gateway ends, or disturbs the quiet client, before the work is done. */
export async function unlessFailed<T>(
  run: Run,
  quiet: Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  let isDone = false;
  const failed = new Promise<never>((_resolve, reject) => {
    async function fail(what: string, cause?: unknown): Promise<void> {
      if (!isDone) reject(await failureOf(what, run, cause));
    }
    run.gateway.ended.then(() => fail('nobody ended it'));
    quiet.catch((cause) => fail('it disturbed the quiet client', cause));
  });
  try {
    return await Promise.race([failed, work()]);
  } finally {
    isDone = true;
  }
}

/** Writes down what is known. */
export async function failureOf(what: string, run: Run, cause?: unknown): Promise<Error> {
  const { gateway, attackers, seed, seconds } = run;
  const sent = attackers.since(performance.now() - KEPT_MS).map(inWords);
  await Promise.race([gateway.ended, sleepMs(SAYS_WHY_MS)]);
  const { stdout, stderr } = gateway.output;
  const end = endOf(gateway);
  const head = [
    `The gateway failed: ${end === undefined ? what : `it ${end}`}, after ${attackers.count} connections.`,
    `Again: SEED=${seed} FUZZ_SECONDS=${seconds} npx vitest run --project integration test/integration/fuzz.test.ts`,
  ];
  const file = path.join(folder, `seed-${seed}.txt`);
  const kept = [...head, '', 'It said:', `${stdout}${stderr}`, 'It was sent at last:', ...sent];
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${kept.join('\n')}\n`);
  const where = `${file} has all that it said, and what it was sent at last. It said at last:`;
  const message = [...head, where, stderr.slice(-SHOWN_CHARACTERS)].join('\n');
  return new Error(message, { cause });
}
