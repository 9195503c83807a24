// The text of --help, made from the settings.
import { CONFIG_FLAG, denial, HELP_FLAGS, VERSION_FLAG } from './command-line.ts';
import { type Setting, settings } from './settings.ts';

const LIMITS = 'limits.';

/** `startedBy` is what people type to start the gateway. */
export function helpText(startedBy = 'npm start --'): string {
  const [limits, others] = [settings.filter(isLimit), settings.filter((one) => !isLimit(one))];
  const rows = [
    ...others.map(settingRow),
    [
      `${CONFIG_FLAG} FILE`,
      'A JSON file with settings; flags and variables overrule it. (AF_CONFIG)',
    ],
    [HELP_FLAGS.join(', '), 'Show this text.'],
    [VERSION_FLAG, 'Show the version.'],
  ];
  return [
    `Usage: ${startedBy} [flags]`,
    '',
    'Starts the AudioFile gateway: an AudioFile server whose sound hardware is every browser',
    'that opens its page. Each flag can also be given as the environment variable in brackets,',
    'or in the configuration file, where --http-port is "httpPort" and --limits-clients is',
    '"clients" within "limits". Devices of your own stand in that file only (docs/devices.md).',
    '',
    ...inColumns(rows),
    '',
    'Limits:',
    ...inColumns(limits.map(settingRow)),
    '',
  ].join('\n');
}

function isLimit({ key }: Setting): boolean {
  return key.startsWith(LIMITS);
}

function settingRow(setting: Setting): string[] {
  const flags = [setting.flag, denial(setting)].filter((flag) => flag !== undefined).join(', ');
  const usage = setting.argument === undefined ? flags : `${flags} ${setting.argument}`;
  return [usage, `${setting.doc}${defaultInWords(setting)} (${setting.variable})`];
}

function defaultInWords({ defaultValue }: Setting): string {
  if (defaultValue === undefined || String(defaultValue) === '') return '';
  return ` Default: ${defaultValue === true ? 'on' : defaultValue}.`;
}

/** The flag on a line of its own, so that narrow windows show all of it. */
function inColumns(rows: readonly (readonly string[])[]): string[] {
  return rows.flatMap(([usage, doc]) => [`  ${usage}`, `      ${doc}`]);
}
