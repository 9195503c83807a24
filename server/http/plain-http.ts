// What is answered where somebody speaks HTTP without TLS to the port that has it. Nothing more is read: that it is
// HTTP is known from the first bytes, which TLS has taken.
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

const SENTENCE =
  'This port speaks https only: write https:// at the beginning of the address instead of http://.\n';

const ANSWER = [
  'HTTP/1.1 400 Bad Request',
  ...['content-type: text/plain; charset=utf-8', `content-length: ${SENTENCE.length}`],
  ...['connection: close', '', SENTENCE],
].join('\r\n');

/** To be called before the server listens. */
export function answerPlainHttp(server: SecureServer): void {
  /** What TLS tells of its failure is not what came in, so that each is found by its other end. */
  const sockets = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const end = otherEnd(socket);
    sockets.set(end, socket);
    socket.once('close', () => {
      if (sockets.get(end) === socket) sockets.delete(end);
    });
  });
  // Before those who close what failed.
  server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, failed: TLSSocket) => {
    const socket = sockets.get(otherEnd(failed));
    if (error.code !== 'ERR_SSL_HTTP_REQUEST' || !socket?.writable) return;
    socket.end(ANSWER, () => socket.destroy());
  });
}

function otherEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
