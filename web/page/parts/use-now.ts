// The time, for what changes with it by itself.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** By the page's clock, looked at so often. */
export function useNow(nowMs: () => number, everyMs: number): number {
  const now = useSignal(nowMs());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = nowMs();
    }, everyMs);
    return () => clearInterval(timer);
  }, [nowMs, everyMs, now]);
  return now.value;
}
