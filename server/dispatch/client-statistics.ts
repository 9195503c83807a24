// What clients did so far; the GATEWAY extension, the page and /metrics show it.

export interface ClientStatistics {
  requestCount: number;
  errorCount: number;
  playedByteCount: number;
  recordedByteCount: number;
  /** Plays that came after the time at which they should have begun. */
  latePlayCount: number;
}

export function noStatistics(): ClientStatistics {
  return {
    requestCount: 0,
    errorCount: 0,
    playedByteCount: 0,
    recordedByteCount: 0,
    latePlayCount: 0,
  };
}

export function addStatistics(sum: ClientStatistics, more: Readonly<ClientStatistics>): void {
  for (const name of Object.keys(sum) as (keyof ClientStatistics)[]) sum[name] += more[name];
}
