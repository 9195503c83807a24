// Names and their atoms. What the server has once told is remembered, both ways: atoms never change while
// a server runs.
import { predefinedAtoms } from '#shared/protocol/atoms';
import type { Atom } from '#shared/protocol/ids';
import type { Calls } from './calls.ts';

export class Atoms {
  readonly #calls: Calls;
  readonly #byName = new Map<string, Promise<Atom>>();
  readonly #names = new Map<Atom, Promise<string>>();

  constructor(calls: Calls) {
    this.#calls = calls;
    for (const [name, atom] of Object.entries(predefinedAtoms)) this.#remember(name, atom);
  }

  /** The atom of a name, which the server makes if there is none. Characters are U+0000 to U+00FF. */
  intern(name: string): Promise<Atom> {
    return remembered(this.#byName, name, async () => {
      const reply = await this.#calls.ask('InternAtom', { onlyIfExists: false, name });
      this.#remember(name, reply.atom);
      return reply.atom;
    });
  }

  /** The atom of a name, or undefined if nobody has interned it. */
  async find(name: string): Promise<Atom | undefined> {
    const known = this.#byName.get(name);
    if (known) return known;
    const reply = await this.#calls.ask('InternAtom', { onlyIfExists: true, name });
    if (reply.atom === 0) return undefined;
    this.#remember(name, reply.atom);
    return reply.atom;
  }

  nameOf(atom: Atom): Promise<string> {
    return remembered(this.#names, atom, async () => {
      const reply = await this.#calls.ask('GetAtomName', { atom });
      return reply.name;
    });
  }

  #remember(name: string, atom: Atom): void {
    this.#byName.set(name, Promise.resolve(atom));
    // The original cuts names at a NUL byte when it tells them (original.md 6); this one is whole.
    this.#names.set(atom, Promise.resolve(name));
  }
}

/** What is asked for twice at once is asked once; what failed is asked again. */
function remembered<K, V>(memory: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const known = memory.get(key);
  if (known) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
}
