// What makes the gateway say that it is not well.
import type { Ailment, HealthSource } from '#server/http/health';
import type { LoopWatch } from '#server/http/loop-watch';
import type { ConnectionCensus } from '#server/transport/connection-census';
import type { Listener } from '#server/transport/listen';

export interface HealthParts {
  /** The doors for programs; that of the page is open to whoever asks. */
  readonly listeners: readonly Pick<Listener, 'address' | 'isOpen'>[];
  readonly census: Pick<ConnectionCensus, 'isProcessFull'>;
  readonly loop: LoopWatch;
  readonly isDraining: () => boolean;
  readonly mostLateMs: number;
}

export function healthSource(parts: HealthParts): HealthSource {
  const { listeners, census, loop, isDraining, mostLateMs } = parts;
  return () => {
    if (isDraining()) return [{ code: 'draining', message: 'The gateway ends.' }];
    const lateMs = Math.round(loop.worstMs());
    const ailments: Ailment[] = listeners
      .filter(({ isOpen }) => !isOpen)
      .map(({ address }) => ({
        code: 'doorClosed',
        message: `Programs cannot connect to ${address} any more: start the gateway again.`,
      }));
    if (lateMs > mostLateMs) {
      const message = `In the last 10 s the event loop was up to ${lateMs} ms late, more than ${mostLateMs} ms: the machine is too busy, or the gateway was stopped.`;
      ailments.push({ code: 'lateEventLoop', message });
    }
    if (census.isProcessFull) {
      const message = 'No more connections are taken: raise the bound of open files (ulimit -n).';
      ailments.push({ code: 'noFilesLeft', message });
    }
    return ailments;
  };
}
