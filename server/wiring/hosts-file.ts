// The file of the hosts that are admitted: read at the start and on SIGHUP, and written back where the
// configuration wants the changes that clients make to be kept.
import { lookup } from 'node:dns/promises';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { type Log, reasonOf } from '#server/log';
import { errorCode } from '#server/transport/error-code';

/** A hosts file has some lines; a larger one is a mistake. */
const MAX_FILE_BYTES = 1024 * 1024;

/** One line of the file, and what it admits: nothing where it is a comment, or a name that nobody knows. */
interface HostsLine {
  readonly text: string;
  readonly addresses: readonly string[];
}

export interface HostsFile {
  /** One host a line, `#` begins a comment; all addresses of a name count. No file is no hosts. */
  read(file: string): Promise<string[]>;
  /** Writes soon, and once for many changes, that these are admitted; the newest comes first. */
  keep(addresses: readonly string[]): void;
  /** Writes what was not written yet. */
  flush(): void;
}

export function createHostsFile(log: Log, soon: (callback: () => void) => void): HostsFile {
  let file = '';
  let lines: readonly HostsLine[] = [];
  let unwritten: readonly string[] | undefined;

  function flush(): void {
    if (unwritten === undefined) return;
    lines = withHosts(lines, unwritten);
    unwritten = undefined;
    try {
      const text = lines.map((line) => `${line.text}\n`).join('');
      writeFileSync(`${file}.new`, text, { mode: 0o644 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.error('the host list cannot be kept', { file, reason: reasonOf(error) });
    }
  }

  return {
    async read(wanted) {
      flush();
      file = wanted;
      const read = await Promise.all(textLines(file, log).map((text) => hostsLine(text, log)));
      lines = read;
      return read.flatMap(({ addresses }) => addresses);
    },
    keep(addresses) {
      if (unwritten === undefined) soon(flush);
      unwritten = addresses;
    },
    flush,
  };
}

/** Lines that still hold stay as they are, names and comments included; others give way to addresses. */
function withHosts(lines: readonly HostsLine[], addresses: readonly string[]): HostsLine[] {
  const admitted = new Set(addresses);
  const kept = lines.flatMap((line) => {
    const ipv4 = line.addresses.filter(isIPv4);
    if (ipv4.every((address) => admitted.has(address))) return [line];
    return ipv4.filter((address) => admitted.has(address)).map(lineOf);
  });
  const present = new Set(kept.flatMap((line) => line.addresses));
  const added = addresses.filter((address) => !present.has(address)).toReversed();
  return [...kept, ...added.map(lineOf)];
}

function lineOf(address: string): HostsLine {
  return { text: address, addresses: [address] };
}

async function hostsLine(text: string, log: Log): Promise<HostsLine> {
  const name = text.replace(/#.*/, '').trim();
  return { text, addresses: name === '' ? [] : await addressesOf(name, log) };
}

function textLines(file: string, log: Log): string[] {
  try {
    const text = readFileSync(file, 'utf8').slice(0, MAX_FILE_BYTES);
    return text.replace(/\n$/, '').split('\n');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      log.warn('the hosts file cannot be read', { file, reason: reasonOf(error) });
    }
    return [];
  }
}

async function addressesOf(name: string, log: Log): Promise<string[]> {
  if (isIP(name)) return [name];
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    log.warn('a host of the hosts file has no address', { host: name, reason: reasonOf(error) });
    return [];
  }
}
