// `af hosts`: who may connect.
import { Argument } from 'commander';
import { defineCommand } from '../command.ts';
import { printJson } from '../output.ts';
import { changeHosts, hostActions, hostsJson, hostsText } from './host-access.ts';

export const hosts = defineCommand<object>({
  name: 'hosts',
  summary: 'show and change the hosts that may connect',
  configure(command) {
    command
      .addArgument(
        new Argument('[action]', 'what to do; "on" puts the list in force, "off" admits anybody')
          .choices(hostActions)
          .default('list'),
      )
      .argument('[hosts...]', 'names or IPv4 addresses to add or remove');
  },
  async run(context, [wanted = 'list', ...names]) {
    const action = hostActions.find((known) => known === wanted) ?? 'list';
    const connection = await context.connect();
    const access = await changeHosts(connection.hosts, action, names);
    if (context.globals.json) printJson(context, hostsJson(access));
    else if (action === 'list') context.stdout.write(hostsText(access));
  },
});
