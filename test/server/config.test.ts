// The configuration: its defaults, its four sources and their order, and what it says of mistakes.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { helpText } from '#server/config/help';
import { nearestName } from '#server/config/nearest-name';
import { settings } from '#server/config/settings';
import { soundInterface } from '#server/config/sound-interface';
import { loadConfiguration } from '#server/config/sources';
import { newFolder } from '#test/support/new-folder';

/** The name of a file with that content. */
function fileWith(content: unknown): string {
  const file = path.join(newFolder(), 'config.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function load(args: string[] = [], environment: Record<string, string> = {}) {
  return loadConfiguration({ args, environment });
}

function refusal(args: string[], environment: Record<string, string> = {}) {
  try {
    load(args, environment);
  } catch (error) {
    return error as { name: string; code: string; message: string };
  }
  throw new Error('it was accepted');
}

const exampleDevice = { name: 'studio', rateHz: 96_000, encoding: 'LIN16', channelCount: 2 };

describe('the configuration', () => {
  it('has defaults that bind to this machine only', () => {
    expect(load().configuration).toEqual({
      serverNumber: 0,
      httpPort: 8_411,
      listen: '127.0.0.1',
      unixSocket: true,
      hostNames: [],
      allowedOrigins: [],
      requireToken: false,
      trustedProxies: [],
      accessControl: true,
      keepHosts: false,
      hostsFile: '/etc/audio0.hosts',
      logLevel: 'info',
      logFormat: 'auto',
      drainMs: 0,
      unhealthyDelayMs: 500,
      limits: {
        connections: 8_192,
        connectionsPerAddress: 256,
        clients: 2_000,
        setupsPerSecond: 1_000,
        failedCookiesPerMinute: 60,
        failedTokensPerMinute: 30,
        trackedAddresses: 10_000,
        webRequestMs: 10_000,
        webIdleMs: 30_000,
        setupTimeoutMs: 60_000,
        contextsPerClient: 256,
        contexts: 16_384,
        ratedContexts: 512,
        propertiesPerDevice: 256,
        propertyBytes: 1_048_576,
        atoms: 65_536,
        atomNameBytes: 4_194_304,
        queuedBytesPerClient: 4_194_304,
        stalledOutputMs: 30_000,
        recordReplyBytes: 1_048_576,
        pages: 2_000,
        speakersPerPage: 4,
        pageMessagesPerSecond: 500,
        listenerLagMs: 300,
        stalledListenerMs: 5_000,
      },
    });
    expect(configurationFrom()).toEqual(load().configuration);
  });

  it('reads the host list of its server number, unless told otherwise', () => {
    expect(load(['--server-number', '3']).configuration.hostsFile).toBe('/etc/audio3.hosts');
    expect(load(['--hosts-file', 'mine']).configuration.hostsFile).toBe('mine');
  });

  it('takes a flag over a variable, a variable over the file, and the file over the default', () => {
    const file = fileWith({ serverNumber: 1, httpPort: 1, listen: '::1', limits: { clients: 1 } });
    const { configuration } = load(['--config', file, '--server-number', '3'], {
      AF_SERVER_NUMBER: '2',
      AF_HTTP_PORT: '2',
    });
    expect(configuration).toMatchObject({ serverNumber: 3, httpPort: 2, listen: '::1' });
    expect(configuration.limits).toMatchObject({ clients: 1, atoms: 65_536 });
  });

  it('says where the name of a file stands that cannot be read', () => {
    const missing = path.join(newFolder(), 'missing.json');
    expect(() => load(['--config', missing])).toThrow(/the name after --config\.$/);
    expect(() => load([], { AF_CONFIG: missing })).toThrow(/the name in AF_CONFIG\.$/);
  });

  it('changes one limit and leaves the others as the file has them', () => {
    const file = fileWith({ limits: { clients: 5, atoms: 100 } });
    const { limits } = load(['--limits-atoms=200'], { AF_CONFIG: file }).configuration;
    expect(limits).toMatchObject({ clients: 5, atoms: 200 });
  });

  it('reads switches and lists', () => {
    const { configuration } = load(['--no-unix-socket', '--host-names', 'studio.lan, af.lan'], {
      AF_ACCESS_CONTROL: 'off',
    });
    expect(configuration).toMatchObject({
      unixSocket: false,
      accessControl: false,
      hostNames: ['studio.lan', 'af.lan'],
    });
  });

  it('describes devices in the file, and fills in what is left out', () => {
    const file = fileWith({ devices: [{ ...exampleDevice, views: [{ name: 'l', channel: 0 }] }] });
    expect(load(['--config', file]).configuration.devices).toEqual([
      {
        ...exampleDevice,
        bufferSeconds: 4,
        blockMs: 10,
        inputs: ['microphones', 'monitor'],
        outputs: ['browsers'],
        inputGain: { minDb: 0, maxDb: 24 },
        outputGain: { minDb: -70, maxDb: 18 },
        hasPhoneLine: false,
        views: [{ name: 'l', channel: 0 }],
      },
    ]);
  });

  it('can be asked for help and for the version', () => {
    expect(load(['-h']).commandLine.wantsHelp).toBe(true);
    expect(load(['--help']).commandLine.wantsHelp).toBe(true);
    expect(load(['--version']).commandLine.wantsVersion).toBe(true);
  });
});

describe('a mistake in the configuration', () => {
  it.each([
    [
      ['--server-nubmer', '3'],
      '--server-nubmer means nothing here: perhaps it should be --server-number.',
    ],
    [
      ['--no-unix-sockt'],
      '--no-unix-sockt means nothing here: perhaps it should be --no-unix-socket.',
    ],
    [['--colour'], '--colour means nothing here: see --help for what there is.'],
    [['3'], '3 means nothing here: see --help for what there is.'],
    [['--server-number', '64125'], '--server-number is 64125, but it must be at most 64124.'],
    [['--server-number', '-1'], '--server-number is -1, but it must be at least 0.'],
    [['--server-number', '1.5'], '--server-number is 1.5, but it must be a whole number.'],
    [['--server-number', '0x10'], '--server-number is "0x10", but it must be a whole number.'],
    [['--http-port=many'], '--http-port is "many", but it must be a whole number.'],
    [['--listen', ''], '--listen is "", but it must not be empty.'],
    [['--unix-socket=maybe'], '--unix-socket is "maybe", but it must be true or false.'],
    [['--limits-clients', '0'], '--limits-clients is 0, but it must be at least 1.'],
    [
      ['--log-level', 'loud'],
      '--log-level is "loud", but it must be one of debug, info, warn, error, silent.',
    ],
    [
      ['--allowed-origins', 'https://example.org,example.org'],
      '--allowed-origins is "example.org", but it must be like https://example.org.',
    ],
    [
      ['--trusted-proxies', 'proxy'],
      '--trusted-proxies is "proxy", but it must be an address, such as 127.0.0.1.',
    ],
    [['--http-port'], '--http-port needs a value after it: see --help for what it takes.'],
    [['--listen', '--help'], '--listen needs a value after it: see --help for what it takes.'],
  ])('on the command line %j is refused in one sentence', (args, sentence) => {
    expect(refusal(args)).toMatchObject({ name: 'ConfigError', message: sentence });
  });

  it.each([
    [{ htpPort: 1 }, '"htpPort" in FILE is not a setting: perhaps it should be "httpPort".'],
    [
      { limits: { client: 1 } },
      '"limits.client" in FILE is not a setting: perhaps it should be "limits.clients".',
    ],
    [{ colour: 1 }, '"colour" in FILE is not a setting: see --help for those that there are.'],
    [{ limits: 3 }, '"limits" in FILE is 3, but it must be an object.'],
    [{ listen: 3 }, '"listen" in FILE is 3, but it must be text.'],
    [{ devices: [] }, '"devices" in FILE is [], but it must not be empty.'],
    [
      { devices: [{ ...exampleDevice, rateHz: 1 }] },
      '"devices.0.rateHz" in FILE is 1, but it must be at least 4000.',
    ],
    [
      { devices: [{ ...exampleDevice, encoding: 'GSM' }] },
      '"devices.0.encoding" in FILE is "GSM", but it must be one of MU255, ALAW, LIN16.',
    ],
    [
      { devices: [{ ...exampleDevice, channelCount: 9 }] },
      '"devices.0.channelCount" in FILE is 9, but it must be at most 8.',
    ],
    [
      { devices: [{ ...exampleDevice, chanelCount: 2 }] },
      '"devices.0.chanelCount" in FILE is not a setting: perhaps it should be "devices.0.channelCount".',
    ],
    [
      { devices: [{ ...exampleDevice, outputs: Array(33).fill('unused') }] },
      `"devices.0.outputs" in FILE is ${JSON.stringify(Array(33).fill('unused'))}, but it must have 32 entries at most.`,
    ],
    [
      { devices: [{ ...exampleDevice, passThroughWith: 'attic' }] },
      '"devices.0.passThroughWith" in FILE is "attic", but it must be the name of another entry of "devices".',
    ],
    [
      { devices: [{ ...exampleDevice, name: 'my device' }] },
      '"devices.0.name" in FILE is "my device", but it must begin with a letter or digit and hold only letters, digits, "_", "." and "-".',
    ],
    [
      { devices: [{ rateHz: 8_000, encoding: 'ALAW', channelCount: 1 }] },
      '"devices.0.name" in FILE is missing, but it must be text.',
    ],
  ])('in the file %j is refused in one sentence', (content, sentence) => {
    const file = fileWith(content);
    expect(refusal(['--config', file]).message).toBe(sentence.replace('FILE', file));
  });

  it('names a view of a channel that is not there', () => {
    const file = fileWith({ devices: [{ ...exampleDevice, views: [{ name: 'x', channel: 2 }] }] });
    expect(refusal(['--config', file]).message).toContain(
      'has a view of a channel that it does not have',
    );
  });

  it('in a variable is refused by the name of the variable', () => {
    expect(refusal([], { AF_HTTP_PORT: 'x' }).message).toBe(
      'AF_HTTP_PORT is "x", but it must be a whole number.',
    );
  });

  it('in the name of a variable is only warned of, since other programs have theirs', () => {
    const { warnings } = load([], { AF_HTTP_PROT: '1', AF_UNRELATED_THING: '1' });
    expect(warnings).toEqual([
      'The environment variable AF_HTTP_PROT means nothing here: perhaps it should be AF_HTTP_PORT.',
    ]);
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['no object', '[]', 'does not hold an object'],
  ])('is a file with %s', (_what, content, sentence) => {
    const error = refusal(['--config', fileWith(content)]);
    expect(error).toMatchObject({ code: 'AF_UNREADABLE_FILE' });
    expect(error.message).toContain(sentence);
  });

  it('is a file that is not there', () => {
    expect(refusal(['--config', path.join(newFolder(), 'none')]).message).toContain(
      'cannot be read',
    );
  });
});

describe('the help text', () => {
  it('has every setting with its flag, its variable and its default', () => {
    const help = helpText();
    for (const { flag, variable, doc } of settings) {
      expect(doc).not.toBe('');
      for (const part of [flag, variable, doc]) expect(help).toContain(part);
    }
    expect(help).toContain('--server-number N\n');
    expect(help).toContain('Default: 8411.');
  });

  it('has no two settings under one name', () => {
    expect(new Set(settings.map(({ flag }) => flag)).size).toBe(settings.length);
  });
});

describe('the nearest name', () => {
  it('is the one with the fewest edits, and none when all are far', () => {
    expect(nearestName('--listn', ['--limits-atoms', '--listen'])).toBe('--listen');
    expect(nearestName('--zzzzzzzz', ['--limits-atoms', '--listen'])).toBeUndefined();
  });
});

describe('docs/devices.md', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/devices.md'), 'utf8');

  it('has an example that is taken as it stands', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
    const { configuration } = load(['--config', fileWith(JSON.parse(example))]);
    expect(configuration.devices?.map(({ name }) => name)).toEqual(['phone', 'codec', 'kitchen']);
  });

  it('names every key that a device can have', () => {
    const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
    expect(named).toEqual(Object.keys(soundInterface.shape));
  });
});
