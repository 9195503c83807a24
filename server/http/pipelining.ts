// Requests that come on one connection before those before them were answered. Node would begin all of them in
// the same turn of the event loop; here each waits for the one before it, and has a turn of its own.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Browsers send one at a time; whoever sends more than these at once is cut off. */
export const MAX_PIPELINED = 64;

interface Line {
  count: number;
  /** Resolves when the request that came last was answered, or its connection has ended. */
  last: Promise<void>;
}

const lines = new WeakMap<Socket, Line>();

/** Resolves when it is this request's turn: with false where the connection is gone meanwhile. */
export async function turnOf(socket: Socket, response: ServerResponse): Promise<boolean> {
  if (socket.destroyed) return false;
  const line = lines.get(socket) ?? { count: 0, last: Promise.resolve() };
  lines.set(socket, line);
  const before = line.last;
  line.count += 1;
  if (line.count > MAX_PIPELINED) {
    socket.destroy();
    return false;
  }
  line.last = new Promise((resolve) => {
    response.once('close', () => {
      line.count -= 1;
      resolve();
    });
  });
  if (line.count > 1) {
    await before;
    await new Promise(setImmediate);
  }
  return !socket.destroyed;
}
