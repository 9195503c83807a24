// Stopping something from outside. An AbortSignal fits; shared/ knows no more of it than this.

export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export function throwIfStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}

/** The work's outcome, or the signal's reason if that comes first. The work itself is not stopped. */
export function stoppable<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      signal.removeEventListener('abort', stop);
      reject(signal.reason);
    };
    const release = (): void => signal.removeEventListener('abort', stop);
    work.then(resolve, reject).then(release);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}
