// A page or a program at the far end of a real WebSocket.
import { WebSocket } from 'ws';
import type { ByteReceiver, ByteStream } from '#shared/client/index';
import { type GatewayMessage, type PageMessage, parseGatewayMessage } from '#shared/relay/control';
import { decodeFrame, type Frame, RELAY_VERSION } from '#shared/relay/frame';

type MessageOf<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

export interface TestPage {
  readonly webSocket: WebSocket;
  readonly messages: GatewayMessage[];
  readonly frames: { readonly frame: Frame; readonly receivedMs: number }[];
  send(message: PageMessage): void;
  /** The first message of that type, which may have come already; it is taken out of `messages`. */
  next<Type extends GatewayMessage['type']>(type: Type): Promise<MessageOf<Type>>;
  /** Resolves when `isTrue` holds, looked at after every message. */
  until(isTrue: () => boolean): Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects to a gateway's page link and says hello. */
export async function openPage(link: string, options: object = {}): Promise<TestPage> {
  const page = await openRawPage(link, options);
  page.send({ type: 'hello', version: RELAY_VERSION, pageName: 'test' });
  return page;
}

export async function openRawPage(link: string, options: object = {}): Promise<TestPage> {
  const webSocket = await openWebSocket(link, 'relay', options);
  const messages: GatewayMessage[] = [];
  const frames: { frame: Frame; receivedMs: number }[] = [];
  const watchers = new Set<() => void>();
  webSocket.on('message', (data: Buffer, isBinary) => {
    const receivedMs = performance.now();
    if (isBinary) frames.push({ frame: decodeFrame(Uint8Array.from(data)), receivedMs });
    else messages.push(parseGatewayMessage(data.toString()));
    for (const watch of watchers) watch();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  function until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = () => {
        if (!isTrue()) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  }
  return {
    webSocket,
    messages,
    frames,
    closed,
    send: (message) => webSocket.send(JSON.stringify(message)),
    until,
    async next(type) {
      const isWanted = (message: GatewayMessage) => message.type === type;
      await until(() => messages.some(isWanted));
      const [found] = messages.splice(messages.findIndex(isWanted), 1);
      return found as MessageOf<typeof type>;
    },
  };
}

/** `path` replaces the link's; its query stays. Rejects with what the gateway answered instead. */
export function openWebSocket(link: string, path: string, options: object): Promise<WebSocket> {
  const url = new URL(link);
  url.protocol = url.protocol.replace('http', 'ws');
  url.pathname = path;
  const webSocket = new WebSocket(url, { perMessageDeflate: false, ...options });
  return new Promise((resolve, reject) => {
    webSocket.on('open', () => resolve(webSocket));
    webSocket.on('error', reject);
    webSocket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => reject(new Error(`${response.statusCode} ${text}`)));
    });
  });
}

/** What shared/client speaks over. */
export function webSocketStream(webSocket: WebSocket): ByteStream {
  return {
    receive(receiver: ByteReceiver) {
      webSocket.on('message', (data: Buffer) => receiver.bytes(Uint8Array.from(data)));
      webSocket.on('close', () => receiver.closed());
    },
    write(bytes) {
      webSocket.send(bytes);
      return true;
    },
    close: () => webSocket.close(),
  };
}
