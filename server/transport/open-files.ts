// How many connections the process may have. Past the system's bound of open files the kernel's sockets would
// be closed unseen, and no file could be read either, so that some are kept back for files.
import { readFileSync } from 'node:fs';

/** For files of the page, cookies and configuration, and what Node itself has open. */
const KEPT_FOR_FILES = 64;
const FEWEST_CONNECTIONS = 16;

/** As the system bounds its open files; unbounded where the system does not tell. */
export function mostConnectionsOfProcess(): number {
  const maxFiles = maxOpenFiles();
  return maxFiles === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(FEWEST_CONNECTIONS, maxFiles - KEPT_FOR_FILES);
}

/** Linux only. */
function maxOpenFiles(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
