// The real world of a connection: the browser's WebSocket, clock, timers and chance.
import { config } from 'zod/mini';
import { statusUrl } from './gateway-urls.ts';
import { refusalOfStatus } from './refusal.ts';
import type { RelayWorld } from './relay-world.ts';

// Checking messages by code that is made on the spot would break the page's content security policy.
config({ jitless: true });

export const browserWorld: RelayWorld = {
  openSocket(url, receiver) {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const listening = new AbortController();
    const { signal } = listening;
    socket.addEventListener('open', () => receiver.opened(), { signal });
    socket.addEventListener('message', ({ data }) => receiver.message(data), { signal });
    socket.addEventListener('close', ({ code, reason }) => receiver.closed(code, reason), {
      signal,
    });
    return {
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (data) => socket.send(data),
      close() {
        listening.abort();
        socket.close();
      },
    };
  },
  async refusal(url) {
    try {
      const response = await fetch(statusUrl(url));
      const code = refusalOfStatus(response.status);
      return code && { code, reason: (await response.text()).trim() };
    } catch {
      return undefined;
    }
  },
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
