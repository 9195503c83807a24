// Reads the command line: flags that stand for settings, and the three that do not.
import { ConfigError } from './config-error.ts';
import { nearestName } from './nearest-name.ts';
import { type Setting, settings } from './settings.ts';

export interface CommandLine {
  /** In the order given; a later one overrules an earlier one. */
  readonly values: readonly { setting: Setting; text: string; flag: string }[];
  readonly configFile: string | undefined;
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

export const CONFIG_FLAG = '--config';
export const HELP_FLAGS = ['--help', '-h'];
export const VERSION_FLAG = '--version';

/** Throws a ConfigError. Takes `--flag value`, `--flag=value`, and switches as `--flag` and `--no-flag`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values: { setting: Setting; text: string; flag: string }[] = [];
  let configFile: string | undefined;
  let wantsHelp = false;
  let wantsVersion = false;
  const rest = [...args];

  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [flag, given] = splitFlag(arg);
    const setting = settings.find((candidate) => candidate.flag === flag);
    const denied = settings.find((candidate) => denial(candidate) === flag);
    if (flag === CONFIG_FLAG) configFile = given ?? valueAfter(flag, rest);
    else if (HELP_FLAGS.includes(flag)) wantsHelp = true;
    else if (flag === VERSION_FLAG) wantsVersion = true;
    else if (denied && given === undefined) values.push({ setting: denied, text: 'false', flag });
    else if (setting?.kind === 'boolean') values.push({ setting, text: given ?? 'true', flag });
    else if (setting) values.push({ setting, text: given ?? valueAfter(flag, rest), flag });
    else throw unknownArgument(arg, flag);
  }
  return { values, configFile, wantsHelp, wantsVersion };
}

/** The flag that switches a switch off. */
export function denial({ kind, flag }: Setting): string | undefined {
  return kind === 'boolean' ? flag.replace('--', '--no-') : undefined;
}

function splitFlag(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return arg.startsWith('--') && at > 0 ? [arg.slice(0, at), arg.slice(at + 1)] : [arg, undefined];
}

function valueAfter(flag: string, rest: string[]): string {
  const value = rest.shift();
  if (value !== undefined && !value.startsWith('--')) return value;
  throw new ConfigError(
    'AF_BAD_VALUE',
    `${flag} needs a value after it: see --help for what it takes.`,
  );
}

function unknownArgument(arg: string, flag: string): ConfigError {
  const known = settings.flatMap((setting) => [setting.flag, denial(setting) ?? []].flat());
  const nearest = nearestName(flag, [...known, CONFIG_FLAG, ...HELP_FLAGS, VERSION_FLAG]);
  const advice =
    nearest === undefined ? 'see --help for what there is' : `perhaps it should be ${nearest}`;
  return new ConfigError('AF_UNKNOWN_SETTING', `${arg} means nothing here: ${advice}.`);
}
