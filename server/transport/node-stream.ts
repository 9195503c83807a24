// A socket of Node as the stream of bytes that a client or a server speaks over.
import type { Socket } from 'node:net';
import type { ByteReceiver, ByteStream } from '#shared/client/byte-stream';
import { ownBytes } from '#shared/wire/own-bytes';

/** The socket holds what arrives until somebody receives; nobody else may read or write it. */
export function nodeStream(socket: Socket): ByteStream {
  let failure: Error | undefined;
  socket.pause();
  // Without a listener an error would end the process; `close` follows it.
  socket.on('error', (error) => {
    failure = error;
  });
  return {
    receive(receiver: ByteReceiver): void {
      socket.on('data', (chunk: Buffer) => receiver.bytes(ownBytes(chunk)));
      socket.on('drain', () => receiver.drained());
      if (socket.closed) process.nextTick(() => receiver.closed(failure));
      else socket.on('close', () => receiver.closed(failure));
      socket.resume();
    },
    write: (bytes) => socket.writable && socket.write(bytes),
    close(): void {
      socket.end();
      // A peer that goes on sending, or never ends its side, must not keep this process alive.
      socket.resume();
      socket.unref();
    },
  };
}
