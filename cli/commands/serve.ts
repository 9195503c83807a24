// `af serve`: the gateway itself, with the flags of its own table of settings.
import type { Command } from '../command.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'run the gateway ("af serve --help" lists its settings)',
  ownsSignals: true,
  configure(command) {
    // Its settings are a table of their own, which knows more than a list of options can say.
    command.allowUnknownOption().allowExcessArguments().helpOption(false).usage('[flags]');
  },
  async run(context, args) {
    // Loaded only here: no other command needs the server's packages.
    const { main } = await import('#server/main');
    const { HELP_FLAGS } = await import('#server/config/command-line');
    if (args.some((arg) => HELP_FLAGS.includes(arg))) {
      const { helpText } = await import('#server/config/help');
      context.stdout.write(helpText('af serve'));
      return 'ok';
    }
    await main(args);
    return process.exitCode === 2 ? 'usage' : process.exitCode === 1 ? 'failed' : 'ok';
  },
};
