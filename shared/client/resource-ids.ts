// The ids that this client may give to its contexts.
import type { ContextId } from '#shared/protocol/ids';
import { SERVER_RESOURCE_BIT } from '#shared/protocol/limits';

export class ResourceIds {
  readonly #base: number;
  readonly #mask: number;
  readonly #inUse = new Set<number>();
  #next = 0;

  constructor(base: number, mask: number) {
    this.#base = base;
    this.#mask = mask & ~SERVER_RESOURCE_BIT;
  }

  /** Ids are used again only when all others have been. */
  take(): ContextId {
    if (this.#inUse.size > this.#mask) {
      throw new RangeError('This connection has used up its resource ids: free contexts first.');
    }
    while (this.#inUse.has(this.#next)) this.#next = (this.#next + 1) & this.#mask;
    const number = this.#next;
    this.#inUse.add(number);
    this.#next = (number + 1) & this.#mask;
    return ((this.#base | number) >>> 0) as ContextId;
  }

  /** An id of another client is none of these. */
  giveBack(id: ContextId): void {
    const number = id & this.#mask;
    if ((this.#base | number) >>> 0 === id) this.#inUse.delete(number);
  }
}
