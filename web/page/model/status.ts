// What the gateway says of itself over HTTP: its doors and its version, asked whenever it becomes live.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { GatewayStatus } from '#shared/relay/status';
import { askFor } from './ask.ts';

export interface AnsweredStatus extends GatewayStatus {
  /** By the page's clock. */
  readonly answeredMs: number;
}

export interface StatusWatch {
  /** The last answer, kept while the gateway is away; undefined before the first. */
  readonly status: ReadonlySignal<AnsweredStatus | undefined>;
  /** Asks again; an answer that does not come changes nothing. */
  refresh(): Promise<void>;
}

export function createStatusWatch(
  ask: () => Promise<GatewayStatus>,
  nowMs: () => number,
): StatusWatch {
  const status = signal<AnsweredStatus | undefined>(undefined);
  return {
    status,
    async refresh() {
      try {
        const answer = await ask();
        status.value = { ...answer, answeredMs: nowMs() };
      } catch {
        // The relay says what is wrong, and asks again when it is not.
      }
    },
  };
}

export async function fetchStatus(): Promise<GatewayStatus> {
  const status = await askFor<GatewayStatus>('api/status');
  if (status === undefined) throw new Error('The gateway says nothing of itself.');
  return status;
}
