// The gateway's configuration: this schema is the one table from which the file's keys, the flags, the
// environment variables, their checks and the text of --help all follow.
import { z } from 'zod';
import { soundInterfaces } from './config/sound-interface.ts';
import { AUDIOFILE_BASE_PORT, MAX_PORT, MAX_SERVER_NUMBER } from './transport/addresses.ts';

const MIB = 1024 * 1024;

/** `argument` is how --help shows the value; without it the setting is a switch. */
function about(description: string, argument?: string) {
  return argument === undefined ? { description } : { description, argument };
}

function count(defaultCount: number, description: string) {
  return positive(2 ** 31 - 1)
    .default(defaultCount)
    .meta(about(description, 'COUNT'));
}

function byteCount(defaultBytes: number, description: string) {
  return positive(2 ** 31 - 1)
    .default(defaultBytes)
    .meta(about(description, 'BYTES'));
}

function milliseconds(defaultMs: number, description: string) {
  return positive(3_600_000).default(defaultMs).meta(about(description, 'MS'));
}

function positive(max: number) {
  return z.int().min(1).max(max);
}

const logFormats = ['auto', 'json', 'text'] as const;

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const limits = z.strictObject({
  connections: count(
    8_192,
    'Connections at a time, through all doors and whatever for; more are closed at once.',
  ),
  connectionsPerAddress: count(
    256,
    'Connections of one address of another machine at a time; more are closed at once.',
  ),
  clients: count(2_000, 'Clients at a time; more are refused at set-up.'),
  setupsPerSecond: count(
    1_000,
    'Connections of one address in a second, twice as many at once; more are refused at set-up.',
  ),
  failedCookiesPerMinute: count(
    60,
    'Wrong cookies of one address in a minute; after more, none of it is looked at for a while.',
  ),
  failedTokensPerMinute: count(
    30,
    'Wrong tokens of one address in a minute; after more, none of it is looked at for a while.',
  ),
  trackedAddresses: count(
    10_000,
    'Addresses whose rates are remembered; a network of IPv6 (/64) counts as one.',
  ),
  setupTimeoutMs: milliseconds(60_000, 'How long a client may take for its set-up.'),
  contextsPerClient: count(256, 'Audio contexts of one client.'),
  contexts: count(16_384, 'Audio contexts in all.'),
  ratedContexts: count(512, 'Audio contexts in all that have a sample rate of their own.'),
  propertiesPerDevice: count(256, 'Properties of one device.'),
  propertyBytes: byteCount(MIB, 'Size of all properties of one device.'),
  atoms: count(65_536, 'Atoms in all.'),
  atomNameBytes: byteCount(4 * MIB, 'Size of the names of all atoms.'),
  queuedBytesPerClient: byteCount(
    4 * MIB,
    'How much may wait for a client that does not read; more ends its connection.',
  ),
  stalledOutputMs: milliseconds(
    30_000,
    'How long a client may leave answers unread while it asks for more.',
  ),
  recordReplyBytes: byteCount(MIB, 'Size of the samples that one record request may ask for.'),
  webRequestMs: milliseconds(10_000, 'How long a request to the web side may take to arrive.'),
  webIdleMs: milliseconds(
    30_000,
    'How long a connection to the web side may do nothing before it is closed.',
  ),
  pages: count(2_000, 'Pages at a time; more are refused.'),
  speakersPerPage: count(4, 'Devices on which one page may speak at a time.'),
  pageMessagesPerSecond: count(
    500,
    'Messages of one page in a second, sound included; more end its connection.',
  ),
  listenerLagMs: milliseconds(
    300,
    'How far a page may be behind with reading before it loses sound.',
  ),
  stalledListenerMs: milliseconds(
    5_000,
    'How long a page may stay behind before its connection ends.',
  ),
});

export const configurationSchema = z.strictObject({
  serverNumber: z
    .int()
    .min(0)
    .max(MAX_SERVER_NUMBER)
    .default(0)
    .meta(
      about(
        `AudioFile listens on TCP port ${AUDIOFILE_BASE_PORT} + N and on the UNIX socket AF<N>.`,
        'N',
      ),
    ),
  httpPort: z
    .int()
    .min(0)
    .max(MAX_PORT)
    .default(8_411)
    .meta(about('The port of the page; 0 takes any that is free.', 'PORT')),
  listen: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta(about('The address of both doors; 0.0.0.0 opens them to the network.', 'ADDRESS')),
  unixSocket: z.boolean().default(true).meta(about('Whether programs may use the UNIX socket.')),
  hostNames: z
    .array(z.string().min(1))
    .default([])
    .meta(about('Further names under which browsers may open the page.', 'NAME,…')),
  allowedOrigins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/i, 'must be like https://example.org'))
    .default([])
    .meta(about('Other sites whose pages may use the gateway.', 'ORIGIN,…')),
  tokenFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'The tokens that browsers need when the doors are open to the network, which "af token" changes; made when missing (default ~/.local/state/audiofile-gateway/tokens.json).',
        'FILE',
      ),
    ),
  requireToken: z
    .boolean()
    .default(false)
    .meta(about('Whether browsers need a token on this machine too, as behind a proxy.')),
  tlsCert: z
    .string()
    .min(1)
    .optional()
    .meta(about('The certificate of the page, with those that vouch for it (PEM).', 'FILE')),
  tlsKey: z.string().min(1).optional().meta(about('Its private key (PEM).', 'FILE')),
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6()], 'must be an address, such as 127.0.0.1'))
    .default([])
    .meta(
      about(
        'Proxies that are believed to say whom they ask for (X-Forwarded-For, -Proto).',
        'ADDRESS,…',
      ),
    ),
  accessControl: z
    .boolean()
    .default(true)
    .meta(about('Whether AudioFile clients need a cookie or a place in the host list.')),
  authFile: z
    .string()
    .min(1)
    .optional()
    .meta(about('Cookies that admit AudioFile clients, in the format of .Xauthority.', 'FILE')),
  hostsFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'Hosts that are admitted; read at start and on SIGHUP (default /etc/audio<N>.hosts).',
        'FILE',
      ),
    ),
  keepHosts: z
    .boolean()
    .default(false)
    .meta(about('Whether changes that clients make to the host list are written to that file.')),
  messagesFolder: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'Where answering machines leave messages, for the page to list (default ~/.local/state/audiofile-gateway/messages).',
        'FOLDER',
      ),
    ),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .meta(about('The least important events that are logged.', logLevels.join('|'))),
  logFormat: z
    .enum(logFormats)
    .default('auto')
    .meta(
      about(
        'Lines of JSON for programs, or text for people; auto is text at a terminal.',
        logFormats.join('|'),
      ),
    ),
  drainMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(0)
    .meta(about('How long what plays may go on after SIGTERM, before everything is closed.', 'MS')),
  unhealthyDelayMs: milliseconds(
    500,
    'How late the event loop may be before /healthz says that the gateway is not well.',
  ),
  limits: limits.prefault({}),
  /** Undefined: the five devices of the original's best-known server. */
  devices: soundInterfaces.optional(),
});

/** What may stand in a configuration file, before defaults are filled in. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

export interface Configuration extends z.output<typeof configurationSchema> {
  readonly hostsFile: string;
}

export type Limits = Configuration['limits'];
export type LogLevel = Configuration['logLevel'];
export type LogFormat = Configuration['logFormat'];

/** Where the original looked for the hosts that are admitted. */
export function defaultHostsFile(serverNumber: number): string {
  return `/etc/audio${serverNumber}.hosts`;
}

/** Fills in every default; throws zod's error where a value is bad. */
export function configurationFrom(input: ConfigurationInput = {}): Configuration {
  const parsed = configurationSchema.parse(input);
  return { ...parsed, hostsFile: parsed.hostsFile ?? defaultHostsFile(parsed.serverNumber) };
}
