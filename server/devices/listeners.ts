// Those who want to be told of something.

export class Listeners<Told extends readonly unknown[]> {
  readonly #listeners = new Set<(...told: Told) => void>();
  readonly #onError: (error: unknown) => void;

  /** What one of them throws goes there, and the others are told all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: (...told: Told) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(...told: Told): void {
    for (const listener of this.#listeners) {
      try {
        listener(...told);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
