// What lies behind the WebSockets of the web side: the relay for pages, and dispatch for programs in them.
import type { Door, Visitor } from '#server/http/upgrades';
import { type Relay, webSocketPage } from '#server/relay/index';
import { hostAndPort } from '#server/transport/listen';
import { WebSocketConnection } from '#server/transport/websocket-connection';
import { closeCodes } from '#shared/relay/close-codes';
import { MAX_MESSAGE_BYTES } from '#shared/relay/frame';
import type { SoundServer } from './sound-server.ts';

/** Several of the longest requests: whoever writes more at once cuts it. */
export const MAX_STREAM_MESSAGE_BYTES = 1024 * 1024;

/** While it drains, whoever comes is told that the gateway ends, and comes back to the next one. */
export function webDoors(
  relay: Relay,
  sound: SoundServer,
  isDraining: () => boolean,
): Readonly<Record<string, Door>> {
  return {
    '/relay': {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      opened({ webSocket, socket, pass: { address, port, role } }) {
        if (isDraining()) return turnAway(webSocket);
        const peer = hostAndPort(address, port);
        relay.accept(webSocketPage(webSocket, socket, { peer, role }));
      },
    },
    '/audiofile': {
      maxMessageBytes: MAX_STREAM_MESSAGE_BYTES,
      opened({ webSocket, pass: { address, port, token } }) {
        if (isDraining()) return turnAway(webSocket);
        const door = token === undefined ? 'page' : 'pageWithToken';
        sound.accept(new WebSocketConnection(webSocket, { kind: 'tcp', address, port, door }));
      },
    },
  };
}

function turnAway(webSocket: Visitor['webSocket']): void {
  webSocket.on('error', () => {});
  webSocket.close(closeCodes.goingAway, 'The gateway ends.');
}
