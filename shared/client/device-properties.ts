// The properties of a device, through any context on it: named values that all clients share.
import { NO_ATOM, predefinedAtoms } from '#shared/protocol/atoms';
import type { Units } from '#shared/protocol/fields';
import type { Atom, ContextId } from '#shared/protocol/ids';
import type { ReplyOf } from '#shared/protocol/requests/index';
import type { Atoms } from './atoms.ts';
import type { Calls } from './calls.ts';

/** A property's name, as text or as the atom that is already known. */
export type PropertyName = string | Atom;

/** The array's kind says how many bits a unit has. */
export interface Property {
  readonly type: Atom;
  readonly data: Units;
}

export type ChangeMode = 'replace' | 'prepend' | 'append';

/** A piece of a property, as GetProperty tells it. */
export type PropertyPart = ReplyOf<'GetProperty'>;

export interface PartOptions {
  /** Where the part starts and how long it is at most, in units of 4 bytes whatever the format. */
  readonly longOffset: number;
  readonly longLength: number;
  /** Only a property of this type has data in the reply; without one any type has. */
  readonly type?: Atom;
  /** Deletes the property if the part reaches its end. */
  readonly deleteAtEnd?: boolean;
}

/** Parts of a property are asked for in this size. */
const PART_LONGS = 16_384;

export class DeviceProperties {
  readonly #calls: Calls;
  readonly #atoms: Atoms;
  readonly #context: ContextId;

  constructor(calls: Calls, atoms: Atoms, context: ContextId) {
    this.#calls = calls;
    this.#atoms = atoms;
    this.#context = context;
  }

  /** The atoms of all properties, the newest first. */
  async list(): Promise<Atom[]> {
    return (await this.#calls.ask('ListProperties', { context: this.#context })).properties;
  }

  /** The names of all properties, the newest first. */
  async names(): Promise<string[]> {
    const atoms = await this.list();
    return Promise.all(atoms.map((atom) => this.#atoms.nameOf(atom)));
  }

  /** A whole property, of any type; undefined where the device has none of that name. */
  async get(name: PropertyName): Promise<Property | undefined> {
    const property = typeof name === 'string' ? await this.#atoms.find(name) : name;
    if (property === undefined) return undefined;
    const first = await this.part(property, { longOffset: 0, longLength: PART_LONGS });
    if (first.format === 0) return undefined;
    const parts = [first];
    let longOffset = 0;
    for (let part = first; part.bytesAfter > 0; ) {
      longOffset += part.data.byteLength >> 2;
      part = await this.part(property, { longOffset, longLength: PART_LONGS });
      if (part.type !== first.type || part.format !== first.format || part.data.length === 0) {
        throw new Error(`The property ${name} was changed while it was read: read it again.`);
      }
      parts.push(part);
    }
    return { type: first.type, data: joinUnits(parts.map(({ data }) => data)) };
  }

  /** Characters are U+0000 to U+00FF, one a byte. Fails where the property is not a STRING. */
  async getString(name: PropertyName): Promise<string | undefined> {
    const property = await this.get(name);
    if (property === undefined) return undefined;
    const { type, data } = property;
    if (type !== predefinedAtoms.STRING || !(data instanceof Uint8Array)) {
      throw new TypeError(`The property ${name} is not a STRING of bytes: use get().`);
    }
    return Array.from(data, (byte) => String.fromCharCode(byte)).join('');
  }

  /** Fails where the property is not a list of CARDINAL, of any size. */
  async getCardinals(name: PropertyName): Promise<number[] | undefined> {
    const property = await this.get(name);
    if (property === undefined) return undefined;
    if (property.type !== predefinedAtoms.CARDINAL) {
      throw new TypeError(`The property ${name} is not a list of CARDINAL: use get().`);
    }
    return [...property.data];
  }

  /** Prepending and appending need the type and the size of unit that the property has. */
  async change(name: PropertyName, { type, data }: Property, mode: ChangeMode): Promise<void> {
    const property = typeof name === 'string' ? await this.#atoms.intern(name) : name;
    const context = this.#context;
    const format = formatOf(data);
    await this.#calls.tell('ChangeProperty', { context, mode, property, type, format, data });
  }

  /** Sets a property, whatever it was before. */
  set(name: PropertyName, property: Property): Promise<void> {
    return this.change(name, property, 'replace');
  }

  /** Characters are U+0000 to U+00FF, one a byte; others are a RangeError. */
  async setString(name: PropertyName, text: string): Promise<void> {
    await this.set(name, { type: predefinedAtoms.STRING, data: toLatin1(text) });
  }

  /** Sets a list of 32-bit numbers. */
  async setCardinals(name: PropertyName, numbers: readonly number[]): Promise<void> {
    await this.set(name, { type: predefinedAtoms.CARDINAL, data: Uint32Array.from(numbers) });
  }

  /** Deleting what is not there is no error. */
  async delete(name: PropertyName): Promise<void> {
    const property = typeof name === 'string' ? await this.#atoms.find(name) : name;
    if (property === undefined) return;
    await this.#calls.tell('DeleteProperty', { context: this.#context, property });
  }

  /** One part of a property, for those who need no more or know better. */
  part(property: Atom, options: PartOptions): Promise<PropertyPart> {
    const { longOffset, longLength, type = NO_ATOM, deleteAtEnd = false } = options;
    return this.#calls.ask('GetProperty', {
      delete: deleteAtEnd ? 1 : 0,
      context: this.#context,
      property,
      type,
      longOffset,
      longLength,
    });
  }
}

function formatOf(data: Units): 8 | 16 | 32 {
  if (data instanceof Uint8Array) return 8;
  return data instanceof Uint16Array ? 16 : 32;
}

function joinUnits(parts: readonly Units[]): Units {
  const [first = new Uint8Array(0), ...rest] = parts;
  if (rest.length === 0) return first;
  const unitCount = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = emptyLike(first, unitCount);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function emptyLike(units: Units, unitCount: number): Units {
  if (units instanceof Uint8Array) return new Uint8Array(unitCount);
  return units instanceof Uint16Array ? new Uint16Array(unitCount) : new Uint32Array(unitCount);
}

function toLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) {
      throw new RangeError(
        `the character ${JSON.stringify(text[index])} does not fit into a byte: encode the text first`,
      );
    }
    bytes[index] = code;
  }
  return bytes;
}
