// A WebSocket as the stream of bytes that an AudioFile client speaks over.
import type { ByteReceiver, ByteStream } from '#shared/client/index';

/** Beyond it writers are asked to wait; a WebSocket does not tell when it has room again. */
const FULL_BYTES = 256 * 1024;
const LOOK_AGAIN_MS = 20;

/** Resolves when it is open; rejects where the gateway cannot be reached by it. */
export function openSocketStream(url: string): Promise<ByteStream> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    // Once it is open this changes nothing any more.
    socket.onclose = () => reject(new Error('The gateway cannot be reached.'));
    socket.onopen = () => resolve(streamOver(socket));
  });
}

function streamOver(socket: WebSocket): ByteStream {
  const early: Uint8Array<ArrayBuffer>[] = [];
  let receiver: ByteReceiver | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const bytes = new Uint8Array(data);
    if (receiver) receiver.bytes(bytes);
    else early.push(bytes);
  };
  socket.onclose = ({ wasClean, reason }) => {
    clearTimeout(timer);
    receiver?.closed(wasClean ? undefined : new Error(reason || 'The gateway went away.'));
  };

  function awaitRoom(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (socket.bufferedAmount < FULL_BYTES) receiver?.drained();
      else awaitRoom();
    }, LOOK_AGAIN_MS);
  }

  return {
    receive(next) {
      receiver = next;
      for (const bytes of early.splice(0)) next.bytes(bytes);
    },
    write(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
      if (socket.bufferedAmount < FULL_BYTES) return true;
      awaitRoom();
      return false;
    },
    close: () => socket.close(),
  };
}
