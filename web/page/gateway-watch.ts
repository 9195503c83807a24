// Asks the gateway again and again what it runs, so that the page says so when it goes away or comes back.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { GatewayStatus } from '#shared/relay/status';

/** How often is asked, and how long an answer may take. */
const POLL_MS = 2_000;
const ANSWER_LIMIT_MS = 4_000;

export type Presence = 'connecting' | 'running' | 'gone';

export interface GatewayWatch {
  readonly presence: ReadonlySignal<Presence>;
  /** The last answer, kept while the gateway is gone; undefined before the first. */
  readonly status: ReadonlySignal<GatewayStatus | undefined>;
  /** Undefined while it answers. */
  readonly goneSince: ReadonlySignal<Date | undefined>;
}

/** Asks until the page closes, and at once when somebody looks at the page again. */
export function watchGateway(ask: () => Promise<GatewayStatus>): GatewayWatch {
  const status = signal<GatewayStatus | undefined>(undefined);
  const goneSince = signal<Date | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  async function poll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    try {
      status.value = await ask();
      goneSince.value = undefined;
    } catch {
      goneSince.value ??= new Date();
    }
    isAsking = false;
    timer = setTimeout(poll, POLL_MS);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void poll();
  });
  addEventListener('online', () => void poll());
  void poll();

  const presence = computed<Presence>(() => {
    if (goneSince.value !== undefined) return 'gone';
    return status.value === undefined ? 'connecting' : 'running';
  });
  return { presence, status, goneSince };
}

export async function fetchStatus(): Promise<GatewayStatus> {
  const response = await fetch('api/status', { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  // The gateway checks its answers against the same type.
  return (await response.json()) as GatewayStatus;
}
