// The process: reads its configuration, starts the gateway, says where it is, and obeys signals.
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from './config/config-error.ts';
import { helpText } from './config/help.ts';
import { loadConfiguration } from './config/sources.ts';
import { stderrLog } from './log.ts';
import { obeySignals, scavengeAlone } from './process.ts';
import { version } from './root.ts';
import { tellReady } from './service-manager.ts';
import { ListenError } from './transport/listen-error.ts';
import { type Gateway, startGateway } from './wiring/gateway.ts';

const EXIT_NOT_STARTED = 1;
const EXIT_BAD_CONFIGURATION = 2;

/** Runs the gateway as this process, until a signal ends it. */
export async function main(args: readonly string[]): Promise<void> {
  const load = () => loadConfiguration({ args, environment: process.env });
  try {
    const { configuration, commandLine, warnings } = load();
    if (commandLine.wantsHelp || commandLine.wantsVersion) {
      process.stdout.write(commandLine.wantsHelp ? helpText() : `${version}\n`);
      return;
    }
    scavengeAlone();
    const log = stderrLog(configuration.logLevel, configuration.logFormat);
    for (const warning of warnings) log.warn(warning);
    const gateway = await startGateway(configuration, log);
    const reload = () => gateway.reload(load().configuration);
    obeySignals({ reload, close: gateway.close, drainMs: configuration.drainMs }, log);
    sayReady(gateway);
    tellReady(process.env, log);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof ListenError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof ConfigError ? EXIT_BAD_CONFIGURATION : EXIT_NOT_STARTED;
  }
}

/** A line for people, then the one for programs that wait until everything answers. */
function sayReady({ addresses: { audioFile, page }, wantsToken }: Gateway): void {
  const how = wantsToken ? ' with a token ("af token add" makes one)' : '';
  process.stdout.write(
    `Open ${page}${how} in a browser to hear and to speak.\nready AudioFile ${audioFile.join(' ')} page ${page}\n`,
  );
}

function isRunDirectly(): boolean {
  const [, script] = process.argv;
  return (
    script !== undefined &&
    existsSync(script) &&
    realpathSync(script) === fileURLToPath(import.meta.url)
  );
}

if (isRunDirectly()) await main(process.argv.slice(2));
