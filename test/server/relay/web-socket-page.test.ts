// A page's WebSocket as the relay sees it, without a socket.
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { webSocketPage } from '#server/relay/web-socket-page';

it('counts the texts that have not left', () => {
  const waiting: (() => void)[] = [];
  const webSocket = Object.assign(new EventEmitter(), {
    readyState: 1,
    send: (_text: string, hasLeft: () => void) => waiting.push(hasLeft),
  });
  const visitor = { peer: '127.0.0.1:1', role: 'listen' } as const;
  const page = webSocketPage(webSocket as never, new PassThrough(), visitor);
  for (const text of ['one', 'two', 'three']) page.sendText(text);
  waiting.shift()?.();
  expect(page.queuedTextCount).toBe(2);
  webSocket.readyState = 2;
  page.sendText('late');
  for (const hasLeft of waiting) hasLeft();
  expect(page.queuedTextCount).toBe(0);
});
