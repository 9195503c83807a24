// The file of a UNIX socket: the folder it lies in, and what an earlier server left there.
import { chmodSync, lstatSync, mkdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { notASocket, unixSocketInUse } from './listen-error.ts';

/** Everybody may make sockets in it, as in the original; only their owners may remove them. */
const FOLDER_MODE = 0o1777;

/** An existing folder is left as it is. */
export function ensureSocketFolder(socketPath: string): void {
  const folder = path.dirname(socketPath);
  // Tells the first folder that it had to make, or undefined when all of them were there.
  if (mkdirSync(folder, { recursive: true }) === undefined) return;
  // The mode given to mkdir would be cut by the umask.
  chmodSync(folder, FOLDER_MODE);
}

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * In words, who else can take the socket away and put one of their own in its place, to hear what programs mean for
 * this server; undefined where nobody can.
 */
export function whoMayReplace(
  { uid, mode }: Pick<Stats, 'uid' | 'mode'>,
  ownUserId: number,
): string | undefined {
  if (uid !== 0 && uid !== ownUserId) return `the user with id ${uid}, whose folder it is in`;
  const isShared = (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
  return isShared
    ? 'every user who may write to its folder, which lacks the sticky bit'
    : undefined;
}

/** The same of a socket that is there; nobody where the system has no users. */
export function whoMayReplaceSocket(socketPath: string): string | undefined {
  const ownUserId = process.getuid?.();
  if (ownUserId === undefined) return undefined;
  return whoMayReplace(statSync(path.dirname(socketPath)), ownUserId);
}

/** Tells whether it is still the same file; undefined where there is none. */
export function inodeOf(socketPath: string): number | undefined {
  try {
    return lstatSync(socketPath).ino;
  } catch {
    return undefined;
  }
}

/** Removes a socket on which nobody answers; refuses with a ListenError to remove anything else. */
export async function removeStaleSocket(socketPath: string): Promise<void> {
  const file = lstatSync(socketPath, { throwIfNoEntry: false });
  if (file === undefined) return;
  if (!file.isSocket()) throw notASocket(socketPath);
  if (await answers(socketPath)) throw unixSocketInUse(socketPath);
  rmSync(socketPath, { force: true });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error) => {
      const isStale = ['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '');
      // EAGAIN: somebody listens, but so many wait that no more are taken.
      if (isStale || errorCode(error) === 'EAGAIN') resolve(!isStale);
      else reject(error);
    });
  });
}
