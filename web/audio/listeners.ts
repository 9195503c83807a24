// Those who want to be told of something. They are told in the order in which they came.
import type { End } from './face.ts';

export class Listeners<Args extends readonly unknown[]> {
  #listeners: readonly ((...args: Args) => void)[] = [];

  /** The same function may come twice, and is then told twice. */
  add(listener: (...args: Args) => void): End {
    const own = (...args: Args): void => listener(...args);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  tell(...args: Args): void {
    for (const listener of this.#listeners) listener(...args);
  }

  clear(): void {
    this.#listeners = [];
  }
}
