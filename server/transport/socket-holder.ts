// Says who holds a listening socket, from what Linux tells in /proc. Elsewhere nobody is found.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process, or only the user id whose process it is when this one may not look at it. */
export type SocketHolder = { processId: number; command: string } | { userId: number };

/** A socket's number in the kernel, and whose it is. */
interface SocketRow {
  readonly inode: string;
  readonly userId: number;
}

const LISTENING = '0A';
const COMMAND_LENGTH = 60;

export function tcpPortHolder(port: number): SocketHolder | undefined {
  const portText = port.toString(16).toUpperCase().padStart(4, '0');
  const row = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap(tableRows)
    .find(([, local, , state]) => state === LISTENING && local?.endsWith(`:${portText}`));
  return row && holderOf({ inode: row[9] ?? '', userId: Number(row[7]) });
}

export function unixSocketHolder(path: string): SocketHolder | undefined {
  const row = tableRows('/proc/net/unix').find((columns) => columns.slice(7).join(' ') === path);
  return row && processWith(row[6] ?? '');
}

/** In words that fit after "held by". */
export function holderInWords(holder: SocketHolder | undefined): string {
  if (holder === undefined) return 'another process';
  if ('userId' in holder) return `a process of the user with id ${holder.userId}`;
  return `"${holder.command}" (process ${holder.processId})`;
}

function holderOf({ inode, userId }: SocketRow): SocketHolder {
  return processWith(inode) ?? { userId };
}

function processWith(inode: string): SocketHolder | undefined {
  const link = `socket:[${inode}]`;
  const processId = entriesOf('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((id) =>
      entriesOf(`/proc/${id}/fd`).some((fd) => linkOf(`/proc/${id}/fd/${fd}`) === link),
    );
  if (processId === undefined) return undefined;
  return { processId: Number(processId), command: commandOf(processId) };
}

function commandOf(processId: string): string {
  const words = textOf(`/proc/${processId}/cmdline`).split('\0').join(' ').trim();
  const command = words || textOf(`/proc/${processId}/comm`).trim();
  const printable = command.replace(/\p{Cc}/gu, ' ');
  return printable.length > COMMAND_LENGTH ? `${printable.slice(0, COMMAND_LENGTH)}…` : printable;
}

/** The rows of a table in /proc/net as their columns, without its head. */
function tableRows(file: string): string[][] {
  return textOf(file)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

// What cannot be read belongs to others or has just ended: it counts as empty.

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
