// What lies behind the WebSockets of the web side: the relay for pages, and dispatch for programs in them.
import type { Door } from '#server/http/upgrades';
import { type Relay, webSocketPage } from '#server/relay/index';
import { hostAndPort } from '#server/transport/listen';
import { WebSocketConnection } from '#server/transport/websocket-connection';
import { MAX_MESSAGE_BYTES } from '#shared/relay/frame';
import type { SoundServer } from './sound-server.ts';

/** Several of the longest requests: whoever writes more at once cuts it. */
export const MAX_STREAM_MESSAGE_BYTES = 1024 * 1024;

export function webDoors(relay: Relay, sound: SoundServer): Readonly<Record<string, Door>> {
  return {
    '/relay': {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      opened({ webSocket, socket, port, pass: { address, role } }) {
        const peer = hostAndPort(address, port);
        relay.accept(webSocketPage(webSocket, socket, { peer, role }));
      },
    },
    '/audiofile': {
      maxMessageBytes: MAX_STREAM_MESSAGE_BYTES,
      opened({ webSocket, port, pass: { address, token } }) {
        const door = token === undefined ? 'page' : 'pageWithToken';
        sound.accept(new WebSocketConnection(webSocket, { kind: 'tcp', address, port, door }));
      },
    },
  };
}
