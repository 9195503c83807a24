// Names that clients interned. They live as long as the server, whatever happens to clients.
import { FIRST_NEW_ATOM, predefinedAtoms } from '#shared/protocol/atoms';
import { ProtocolError } from '#shared/protocol/errors';
import type { Atom } from '#shared/protocol/ids';

/**
 * Names that the gateway itself needs are numbered from here, far above those that clients intern, so
 * that old programs find the numbers that the original gave them.
 */
const FIRST_PRIVATE_ATOM = 0x4000_0000;

export class AtomTable {
  #names = new Map<Atom, string>();
  #atoms = new Map<string, Atom>();
  #next: number = FIRST_NEW_ATOM;
  #nextPrivate = FIRST_PRIVATE_ATOM;
  #room: number;
  #nameByteRoom: number;

  /** Clients may intern so many names, of so many bytes in all. */
  constructor(room: number, nameByteRoom: number) {
    this.#room = room;
    this.#nameByteRoom = nameByteRoom;
    for (const [name, atom] of Object.entries(predefinedAtoms)) this.#define(name, atom);
  }

  find(name: string): Atom | undefined {
    return this.#atoms.get(name);
  }

  nameOf(atom: Atom): string | undefined {
    return this.#names.get(atom);
  }

  /** BadAlloc when the table is full, or has no room for so long a name. */
  intern(name: string): Atom {
    const known = this.find(name);
    if (known !== undefined) return known;
    if (this.#room === 0 || name.length > this.#nameByteRoom) throw new ProtocolError('BadAlloc');
    this.#room -= 1;
    this.#nameByteRoom -= name.length;
    const atom = this.#next as Atom;
    this.#next += 1;
    return this.#define(name, atom);
  }

  internPrivate(name: string): Atom {
    const atom = this.#nextPrivate as Atom;
    this.#nextPrivate += 1;
    return this.#define(name, atom);
  }

  /** BadAtom, with the atom as its value, unless somebody interned it. */
  require(atom: Atom): void {
    if (!this.#names.has(atom)) throw new ProtocolError('BadAtom', atom);
  }

  #define(name: string, atom: Atom): Atom {
    this.#names.set(atom, name);
    this.#atoms.set(name, atom);
    return atom;
  }
}
