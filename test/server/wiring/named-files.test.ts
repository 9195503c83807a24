// What a gateway says at its start of the files that it was told to use.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigurationInput, configurationFrom } from '#server/config';
import { ConfigError } from '#server/config/config-error';
import { createLog } from '#server/log';
import { checkNamedFiles } from '#server/wiring/named-files';
import { authorityFile } from '#test/server/transport/authority-file';

let folder: string;
let lines: string[];
const inFolder = (name: string) => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-named-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(input: ConfigurationInput, before?: ConfigurationInput): void {
  const log = createLog({
    level: 'warn',
    write: (line) => lines.push(line),
    now: () => new Date(0),
  });
  checkNamedFiles(configurationFrom(input), log, before && configurationFrom(before));
}

describe('a configuration that names no files', () => {
  it('is fine, wherever the usual ones are', () => {
    check({ serverNumber: 59 });
    expect(lines).toEqual([]);
  });
});

describe('a cookie file', () => {
  it('that holds a cookie is fine', () => {
    const data = Buffer.from('0123456789abcdef');
    writeFileSync(
      inFolder('cookies'),
      authorityFile({ family: 252, address: '', number: '', data }),
    );
    check({ authFile: inFolder('cookies') });
    expect(lines).toEqual([]);
  });

  it('that cannot be read is refused, with what it means and what to do', () => {
    for (const authFile of [inFolder('missing'), folder]) {
      expect(() => check({ authFile })).toThrow(ConfigError);
      expect(() => check({ authFile })).toThrow(
        /^The cookie file .* cannot be read, and without it no program would be let in: E.*\. Check the name after --auth-file/,
      );
    }
  });

  it('that holds no cookie is told of', () => {
    writeFileSync(inFolder('empty'), '');
    check({ authFile: inFolder('empty') });
    expect(lines).toEqual([
      expect.stringContaining('has no cookie in it, so that it admits nobody'),
    ]);
  });

  it('that went away while the gateway runs is no reason to refuse a reload, but another one is', () => {
    const before = { authFile: inFolder('missing') };
    check(before, before);
    expect(() => check({ authFile: inFolder('other') }, before)).toThrow(/cookie file .*other/);
  });
});

describe('a hosts file', () => {
  it('that is not there is told of, unless what changes is kept in it', () => {
    const hostsFile = inFolder('hosts');
    check({ hostsFile, keepHosts: true });
    expect(lines).toEqual([]);
    check({ hostsFile });
    expect(lines).toEqual([expect.stringContaining('the hosts file is not there')]);
  });

  it('that cannot be read is refused', () => {
    expect(() => check({ hostsFile: folder })).toThrow(/^The hosts file .* cannot be read: EISDIR/);
  });

  it('that is to be kept where nothing can be written is refused', () => {
    const hostsFile = inFolder('none/hosts');
    expect(() => check({ hostsFile, keepHosts: true })).toThrow(
      /^The host list cannot be kept in .*: ENOENT.*--hosts-file, or leave --keep-hosts out\.$/,
    );
  });
});

describe('a messages folder', () => {
  it('that is not there yet is told of', () => {
    check({ messagesFolder: inFolder('messages') });
    expect(lines).toEqual([expect.stringContaining('the messages folder is not there yet')]);
  });

  it('that is none is refused', () => {
    writeFileSync(inFolder('file'), '');
    expect(() => check({ messagesFolder: inFolder('file') })).toThrow(
      /^The messages folder .* cannot be read: ENOTDIR.*--messages-folder/,
    );
  });
});
