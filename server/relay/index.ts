// The public face of the relay: browsers as the ears and mouths of devices.
import type { ListenerStatus, SpeakerStatus } from '#shared/relay/status';
import type { RelayCounters } from './counters.ts';
import type { PageSocket, RelayOptions } from './ports.ts';
import { RelayCore } from './relay-core.ts';
import { listenerStatuses, speakerStatuses } from './status.ts';

export type { RelayCounters } from './counters.ts';
export { settingsOf } from './device-messages.ts';
export type { PageSocket, PlayingClient, RelayLimits, RelayOptions } from './ports.ts';
export { webSocketPage } from './web-socket-page.ts';

export interface Relay {
  /** Takes a page's WebSocket over until it ends; to be called in the turn in which it was opened. */
  accept(socket: PageSocket): void;
  readonly pageCount: number;
  readonly counters: Readonly<RelayCounters>;
  listeners(): ListenerStatus[];
  speakers(): SpeakerStatus[];
  /** Tells all pages that the gateway ends, and takes no more. */
  close(): void;
}

export function createRelay(options: RelayOptions): Relay {
  const core = new RelayCore(options);
  return {
    accept: (socket) => core.accept(socket),
    get pageCount() {
      return core.pages.size;
    },
    counters: core.counters,
    listeners: () => listenerStatuses(core.pages),
    speakers: () => speakerStatuses(core.pages),
    close: () => core.close(),
  };
}
