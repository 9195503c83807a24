// The file of admitted hosts: read whole, and written back without losing what a person wrote in it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#server/log';
import { createHostsFile } from '#server/wiring/hosts-file';
import { newFolder } from '#test/support/new-folder';

let folder = '';
let file = '';
const lines: string[] = [];
const log = createLog({ level: 'warn', write: (line) => lines.push(line), now: () => new Date(0) });
const waiting: (() => void)[] = [];
const later = () => {
  for (const callback of waiting.splice(0)) callback();
};

beforeEach(() => {
  folder = newFolder();
  file = path.join(folder, 'hosts');
  lines.length = 0;
  waiting.length = 0;
});

const hostsFile = () => createHostsFile(log, (callback) => waiting.push(callback));

describe('the hosts file', () => {
  it('has one host a line, and comments', async () => {
    writeFileSync(file, '# the lab\n10.0.0.1\n\n 10.0.0.2  # printer\n');
    expect(await hostsFile().read(file)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('that is missing admits nobody, and that is no mistake', async () => {
    expect(await hostsFile().read(file)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('keeps what clients change, with the lines that a person wrote', async () => {
    writeFileSync(file, '# the lab\n10.0.0.1 # kept\n10.0.0.2\nlocalhost # by name\n');
    const hosts = hostsFile();
    expect(await hosts.read(file)).toContain('127.0.0.1');
    hosts.keep(['10.0.0.4', '10.0.0.3', '127.0.0.1', '10.0.0.1']);
    later();
    expect(readFileSync(file, 'utf8')).toBe(
      '# the lab\n10.0.0.1 # kept\nlocalhost # by name\n10.0.0.3\n10.0.0.4\n',
    );
    hosts.keep(['10.0.0.4', '10.0.0.1']);
    later();
    expect(readFileSync(file, 'utf8')).toBe('# the lab\n10.0.0.1 # kept\n10.0.0.4\n');
    expect(await hostsFile().read(file)).toEqual(['10.0.0.1', '10.0.0.4']);
    expect(readdirSync(folder)).toEqual(['hosts']);
  });

  it('is written once for many changes, and at the latest at the end', async () => {
    const hosts = hostsFile();
    await hosts.read(file);
    hosts.keep(['10.0.0.1']);
    hosts.keep(['10.0.0.2', '10.0.0.1']);
    expect(waiting).toHaveLength(1);
    hosts.flush();
    expect(readFileSync(file, 'utf8')).toBe('10.0.0.1\n10.0.0.2\n');
    writeFileSync(file, '');
    later();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('that cannot be written is said of in the log, and the gateway goes on', async () => {
    const hosts = hostsFile();
    await hosts.read('/proc/hosts');
    hosts.keep(['10.0.0.1']);
    later();
    expect(lines.join()).toContain('the host list cannot be kept file=/proc/hosts');
  });
});
