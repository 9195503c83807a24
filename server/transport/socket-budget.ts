// How many sockets the process may have. Past the system's bound of open files the kernel's sockets would be
// closed unseen, and no file could be read either, so that some are kept back for files.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

export interface SocketBudget {
  /** False where there is none left: the socket is closed then. Given back when the socket closes. */
  take(socket: Socket): boolean;
  /** The next socket would be refused. */
  readonly isFull: boolean;
}

export interface SocketBudgetOptions {
  readonly maxSockets: number;
  /** The first socket is refused since there was room; not called again before there is room anew. */
  onFull(): void;
}

/** For files of the page, cookies and configuration, and what Node itself has open. */
const KEPT_FOR_FILES = 64;
const FEWEST_SOCKETS = 16;
/** There is room again, worth telling of, when so much of the budget is free. */
const ROOM_SHARE = 0.1;

export function createSocketBudget({ maxSockets, onFull }: SocketBudgetOptions): SocketBudget {
  let count = 0;
  let hasTold = false;
  return {
    take(socket) {
      if (count >= maxSockets) {
        socket.destroy();
        if (!hasTold) onFull();
        hasTold = true;
        return false;
      }
      count += 1;
      socket.once('close', () => {
        count -= 1;
        if (count <= maxSockets * (1 - ROOM_SHARE)) hasTold = false;
      });
      return true;
    },
    get isFull() {
      return count >= maxSockets;
    },
  };
}

/** Of this process, as the system bounds its open files; unbounded where the system does not tell. */
export function maxSocketsOfProcess(): number {
  const maxFiles = maxOpenFiles();
  return maxFiles === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(FEWEST_SOCKETS, maxFiles - KEPT_FOR_FILES);
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
