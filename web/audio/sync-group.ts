// What the synchronous players of one page need together: the gateway is told the longest latency, and
// answers with the one at which all pages play.
import type { End } from './face.ts';
import { Listeners } from './listeners.ts';
import type { RelayConnection } from './relay-connection.ts';

/** Needs are rounded up to this, so that small changes move nobody. */
const STEP_MS = 20;
const KEY = 'sync';

class SyncGroup {
  readonly #relay: RelayConnection;
  readonly #needs = new Map<object, number>();
  readonly #changes = new Listeners<[]>();
  #toldMs = 0;
  /** 0 while the gateway has not said. */
  latencyMs = 0;

  constructor(relay: RelayConnection) {
    this.#relay = relay;
    relay.onMessage((message) => {
      if (message.type !== 'sync') return;
      this.latencyMs = message.latencyMs;
      this.#changes.tell();
    });
  }

  onChange(listener: () => void): End {
    return this.#changes.add(listener);
  }

  /** A need that falls is forgotten only when it has fallen far: moving costs a gap for everybody. */
  need(player: object, latencyMs: number): void {
    const steppedMs = Math.ceil(latencyMs / STEP_MS) * STEP_MS;
    const beforeMs = this.#needs.get(player) ?? 0;
    if (steppedMs <= beforeMs && steppedMs > beforeMs - 3 * STEP_MS) return;
    this.#needs.set(player, steppedMs);
    this.#tell();
  }

  leave(player: object): void {
    if (this.#needs.delete(player)) this.#tell();
  }

  #tell(): void {
    const latencyMs = Math.max(0, ...this.#needs.values());
    if (latencyMs === this.#toldMs) return;
    this.#toldMs = latencyMs;
    if (latencyMs > 0) this.#relay.keep(KEY, { type: 'sync', latencyMs });
    else this.#relay.release(KEY, { type: 'sync', latencyMs: 0 });
  }
}

export type { SyncGroup };

const groups = new WeakMap<RelayConnection, SyncGroup>();

export function syncGroupOf(relay: RelayConnection): SyncGroup {
  const group = groups.get(relay) ?? new SyncGroup(relay);
  groups.set(relay, group);
  return group;
}
