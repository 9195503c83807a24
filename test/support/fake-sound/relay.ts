// Stands in for the connection to the gateway: it says what it is told to, and keeps what the page sends.
import type { DeviceListing, GatewayMessage, PageMessage } from '#shared/relay/control';
import { fakeDevices } from '#test/support/fake-devices';
import type { Relay, RelayState } from '#web/audio/face';
import { start } from './start.ts';
import { createTeller } from './teller.ts';

const LIVE: RelayState = { kind: 'live' };

export function createFakeRelay() {
  const states = createTeller<[RelayState]>();
  const lists = createTeller<[readonly DeviceListing[]]>();
  const messages = createTeller<[GatewayMessage]>();
  const sent: PageMessage[] = [];
  let state: RelayState = start().relay ?? LIVE;
  let devices = state.kind === 'live' ? (start().devices ?? fakeDevices) : [];
  let retryCount = 0;

  const relay: Relay = {
    get state() {
      return state;
    },
    get devices() {
      return devices;
    },
    roundTripMs: 2.3,
    serverMsAt: (pageMs) => pageMs,
    onState: states.on,
    onDevices: lists.on,
    onMessage: messages.on,
    send: (message) => sent.push(message),
    retry() {
      retryCount += 1;
    },
    close() {},
  };
  return {
    relay,
    sent,
    message: messages.tell,
    /** Pages of earlier tests hear no more of it. */
    forgetPages() {
      states.clear();
      lists.clear();
      messages.clear();
      sent.length = 0;
    },
    become(next: RelayState) {
      state = next;
      states.tell(next);
    },
    list(next: readonly DeviceListing[]) {
      devices = next;
      lists.tell(next);
    },
    get retryCount() {
      return retryCount;
    },
  };
}
