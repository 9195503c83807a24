// `af probe`: what listens somewhere, or at AudioFile's own port and its neighbours on this machine.
import { authorityPath } from '#server/transport/xauthority';
import { type CommandContext, defineCommand } from '../command.ts';
import type { ExitName } from '../exit-codes.ts';
import { printJson, printTable } from '../output.ts';
import { printable } from '../shown-text.ts';
import { parseDuration } from '../values.ts';
import { type Finding, type ProbeOptions, probeListener } from './probe-listener.ts';
import { parseProbeTarget, targetInWords } from './probe-target.ts';
import { findingInWords, probeText } from './probe-words.ts';

interface Options {
  readonly timeout: number;
}

const DEFAULT_TIMEOUT_SECONDS = 2;

/** What IANA registered the ports for that AudioFile's users meet: its own, and those around it. */
const registered: readonly { readonly port: number; readonly purpose: string }[] = [
  { port: 1314, purpose: 'pdps: Photoscript Distributed Printing System' },
  { port: 1411, purpose: 'af: AudioFile' },
  { port: 1417, purpose: 'timbuktu-srv1: Timbuktu remote control' },
  { port: 1418, purpose: 'timbuktu-srv2: Timbuktu remote control' },
  { port: 1419, purpose: 'timbuktu-srv3: Timbuktu remote control' },
  { port: 1420, purpose: 'timbuktu-srv4: Timbuktu remote control' },
  { port: 1524, purpose: 'ingreslock: Ingres database lock' },
];

const exits: Readonly<Partial<Record<Finding['found'], ExitName>>> = {
  audioFile: 'ok',
  refusal: 'refused',
};

export const probe = defineCommand<Options>({
  name: 'probe',
  summary: 'tell what listens at a host and port, and whether it is an AudioFile server',
  configure(command) {
    command
      .argument(
        '[where]',
        "host, host:port, or :N; without it, AudioFile's port on this machine and its neighbours",
      )
      .option(
        '--timeout <time>',
        'how long each step may take',
        parseDuration,
        DEFAULT_TIMEOUT_SECONDS,
      );
  },
  async run(context, [where], { timeout }) {
    const options = {
      timeoutMs: timeout * 1_000,
      authorityFile: authorityPath(context.environment),
      signal: context.signal,
    };
    if (where === undefined) return probeNeighbours(context, options);
    const target = parseProbeTarget(where);
    const result = await probeListener(target, options);
    const shownTarget = targetInWords(target);
    if (context.globals.json) printJson(context, { where: shownTarget, ...flat(result) });
    else context.stdout.write(probeText(printable(shownTarget), result));
    return exits[result.finding.found] ?? 'noConnection';
  },
});

/** Only this machine's own loopback: nobody else is asked unless named. */
async function probeNeighbours(context: CommandContext, options: ProbeOptions): Promise<undefined> {
  const found = await Promise.all(
    registered.map(async ({ port, purpose }) => {
      const result = await probeListener({ kind: 'tcp', host: '127.0.0.1', port }, options);
      return { port, purpose, ...result };
    }),
  );
  if (context.globals.json) {
    printJson(
      context,
      found.map(({ port, purpose, ...result }) => ({ port, purpose, ...flat(result) })),
    );
    return;
  }
  const rows = found.map(({ port, purpose, finding, holder }) => [
    port,
    purpose,
    `${findingInWords(finding)}${holder === undefined ? '' : printable(`, held by ${holder}`)}`,
  ]);
  printTable(context, ['port', 'registered for', 'now on this machine'], rows);
}

function flat({ finding, holder }: { finding: Finding; holder: string | undefined }): object {
  return { ...finding, process: holder };
}
