// `af token`: who may use the page of a gateway on the network. It works on the file; a gateway that runs
// notices the change at once.
import { Argument, InvalidArgumentError, Option } from 'commander';
import { roleNames } from '#shared/relay/roles';
import { defineCommand } from '../command.ts';
import { type TokenOptions, tokenActions } from '../token-actions.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const unitsMs: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS };
/** Beyond it a token may as well be good for ever. */
const LONGEST_MS = 100 * 365 * DAY_MS;

export const token = defineCommand<TokenOptions>({
  name: 'token',
  summary: 'add, list and revoke the tokens that admit to the page of a gateway on the network',
  configure(command) {
    command
      .addArgument(new Argument('[action]', 'what to do').choices(tokenActions).default('list'))
      .argument('[name]', 'what the token is called')
      .addOption(
        new Option('-r, --role <role>', 'what it is for; each includes those before it')
          .choices(roleNames)
          .default('listen'),
      )
      .option('--expires <duration>', 'how long it is good, such as 12h, 30d or 8w', parseDuration)
      .option('--file <file>', 'the token file (AF_TOKEN_FILE, AF_CONFIG, else the usual one)');
  },
  async run(context, [wanted = 'list', name], options) {
    // Loaded only here: no other command needs the server's packages.
    const { changeTokens } = await import('../token-deeds.ts');
    changeTokens(context, tokenActions.find((known) => known === wanted) ?? 'list', name, options);
  },
});

function parseDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)([hdw])$/.exec(text) ?? [];
  const durationMs = Number(count) * (unitsMs[unit] ?? 0);
  if (durationMs > 0 && durationMs <= LONGEST_MS) return durationMs;
  throw new InvalidArgumentError('It must be a number of hours, days or weeks: 12h, 30d, 8w.');
}
