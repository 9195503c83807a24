// A stream of bytes that remembers the first ones that arrived on it.
import type { ByteStream } from '#shared/client/index';

export interface HearingStream {
  readonly stream: ByteStream;
  /** As text, one character a byte. */
  heard(): string;
}

const MAX_HEARD_BYTES = 512;

export function hearingStream(stream: ByteStream): HearingStream {
  let heard = '';
  return {
    heard: () => heard,
    stream: {
      receive: (receiver) =>
        stream.receive({
          bytes(chunk) {
            const room = MAX_HEARD_BYTES - heard.length;
            heard += Buffer.from(chunk.subarray(0, room)).toString('latin1');
            receiver.bytes(chunk);
          },
          drained: () => receiver.drained(),
          closed: (error) => receiver.closed(error),
        }),
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
    },
  };
}
