// Gathers the configuration from its sources, later ones overruling earlier ones: defaults, a JSON
// file, AF_ environment variables, flags.
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type Configuration, configurationFrom, configurationSchema } from '../config.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { ConfigError } from './config-error.ts';
import { nearestName } from './nearest-name.ts';
import { type Setting, settings } from './settings.ts';
import { setAt, unknownName, valueFromText, whatWouldDo } from './values.ts';

export interface ConfigurationSources {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly commandLine: CommandLine;
  /** What looks like a mistake but need not be one, a sentence each. */
  readonly warnings: readonly string[];
}

/** Throws a ConfigError. Reads the file again each time, so it serves for a reload too. */
export function loadConfiguration({
  args,
  environment,
}: ConfigurationSources): LoadedConfiguration {
  const commandLine = parseCommandLine(args);
  const input: Record<string, unknown> = {};
  /** Where each value came from, for the sentence that refuses it. */
  const origins = new Map<string, string>();

  const file = commandLine.configFile ?? environment.AF_CONFIG;
  const origin = commandLine.configFile === undefined ? 'in AF_CONFIG' : 'after --config';
  if (file !== undefined) Object.assign(input, readConfigurationFile(file, origin));
  for (const setting of settings) {
    const text = environment[setting.variable];
    if (text !== undefined) put(setting, text, setting.variable);
  }
  for (const { setting, text, flag } of commandLine.values) put(setting, text, flag);

  function put(setting: Setting, text: string, origin: string): void {
    setAt(input, setting.path, valueFromText(setting, text));
    origins.set(setting.key, origin);
  }

  const checked = configurationSchema.safeParse(input);
  if (!checked.success) throw refusal(checked.error, input, origins, file);
  return {
    configuration: configurationFrom(checked.data),
    commandLine,
    warnings: mistypedVariables(environment),
  };
}

/** `origin` is where the name stands. */
function readConfigurationFile(file: string, origin: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      'AF_UNREADABLE_FILE',
      `The configuration file ${file} cannot be read (${reasonOf(error)}): check the name ${origin}.`,
    );
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return { ...content };
    }
  } catch (error) {
    throw new ConfigError(
      'AF_UNREADABLE_FILE',
      `The configuration file ${file} is not JSON (${reasonOf(error)}): correct it there.`,
    );
  }
  throw new ConfigError(
    'AF_UNREADABLE_FILE',
    `The configuration file ${file} does not hold an object: it must look like { "serverNumber": 1 }.`,
  );
}

/** The first thing that is wrong, in a sentence. */
function refusal(
  error: z.ZodError,
  input: unknown,
  origins: ReadonlyMap<string, string>,
  file: string | undefined,
): ConfigError {
  const [issue] = error.issues;
  if (issue === undefined) throw error;
  const key = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return unknownName(issue, file ?? 'the configuration');
  const where = originOf(issue.path, origins) ?? `"${key}" in ${file ?? 'the configuration'}`;
  const value = issue.path.reduce<unknown>(
    (inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name],
    input,
  );
  const given = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  return new ConfigError('AF_BAD_VALUE', `${where} ${given}, but ${whatWouldDo(issue)}.`);
}

/** Who gave the value at that place; what is wrong may be one entry of a list that came as a whole. */
function originOf(
  path: readonly PropertyKey[],
  origins: ReadonlyMap<string, string>,
): string | undefined {
  const origin = origins.get(path.join('.'));
  return origin !== undefined || path.length === 0 ? origin : originOf(path.slice(0, -1), origins);
}

/** Variables of other programs may begin with AF_ too, so only near misses are worth a word. */
function mistypedVariables(environment: ConfigurationSources['environment']): string[] {
  const known = ['AF_CONFIG', ...settings.map(({ variable }) => variable)];
  return Object.keys(environment)
    .filter((name) => name.startsWith('AF_') && !known.includes(name))
    .flatMap((name) => {
      const nearest = nearestName(name, known);
      return nearest === undefined
        ? []
        : [`The environment variable ${name} means nothing here: perhaps it should be ${nearest}.`];
    });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
