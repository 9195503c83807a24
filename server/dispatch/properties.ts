// The properties of one device: data that clients leave there for each other, by the atom of a name.
import { ProtocolError } from '#shared/protocol/errors';
import type { Units } from '#shared/protocol/fields';
import type { Atom } from '#shared/protocol/ids';

export type PropertyFormat = 8 | 16 | 32;
export type PropertyMode = 'replace' | 'prepend' | 'append';

export interface Property {
  readonly type: Atom;
  readonly format: PropertyFormat;
  readonly data: Units;
}

export interface PropertyBounds {
  readonly count: number;
  readonly byteCount: number;
}

export class PropertyList {
  #properties = new Map<Atom, Property>();
  #byteCount = 0;
  readonly #bounds: PropertyBounds;

  constructor(bounds: PropertyBounds) {
    this.#bounds = bounds;
  }

  get(name: Atom): Property | undefined {
    return this.#properties.get(name);
  }

  /** The newest first, as the original lists them. */
  names(): Atom[] {
    return [...this.#properties.keys()].reverse();
  }

  /** BadMatch when added data is of another kind, BadAlloc past the bounds; then nothing changes. */
  change(name: Atom, mode: PropertyMode, added: Property): void {
    const present = this.#properties.get(name);
    const property = mode === 'replace' || !present ? added : joined(present, added, mode);
    const byteCount = this.#byteCount - (present?.data.byteLength ?? 0) + property.data.byteLength;
    const count = this.#properties.size + (present ? 0 : 1);
    if (byteCount > this.#bounds.byteCount || count > this.#bounds.count) {
      throw new ProtocolError('BadAlloc');
    }
    this.#properties.set(name, property);
    this.#byteCount = byteCount;
  }

  /** Whether there was such a property. */
  delete(name: Atom): boolean {
    const present = this.#properties.get(name);
    if (!present) return false;
    this.#byteCount -= present.data.byteLength;
    return this.#properties.delete(name);
  }
}

const arrays = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array } as const;

function joined(present: Property, added: Property, mode: PropertyMode): Property {
  if (present.format !== added.format || present.type !== added.type) {
    throw new ProtocolError('BadMatch');
  }
  const [first, second] = mode === 'prepend' ? [added, present] : [present, added];
  const data: Units = new arrays[present.format](first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  return { ...present, data };
}
