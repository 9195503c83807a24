// The file of a UNIX socket: the folder it lies in, and what an earlier server left there.
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
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
