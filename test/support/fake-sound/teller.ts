// Those who listen to a stand-in, and what it tells them.
import type { End } from '#web/audio/face';

export function createTeller<T extends readonly unknown[]>() {
  const listeners = new Set<(...values: T) => void>();
  return {
    get count() {
      return listeners.size;
    },
    on(listener: (...values: T) => void): End {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(...values: T) {
      for (const listener of [...listeners]) listener(...values);
    },
    clear: () => listeners.clear(),
  };
}
