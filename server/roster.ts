// Those who come and go, each under a number. V8 replaces the table of a Map or Set whose members change and lets the
// old one refer to the new one: as soon as one such table counts as old, all that was ever in a later one survives
// until a whole collection (decision 0021). An array has no such past.

export class Roster<T extends object> {
  readonly #members: (T | undefined)[];
  readonly #firstNumber: number;
  /** All numbers below it are taken. */
  #lowestFree: number;
  #size = 0;

  constructor(firstNumber = 0) {
    this.#members = new Array<undefined>(firstNumber).fill(undefined);
    this.#firstNumber = firstNumber;
    this.#lowestFree = firstNumber;
  }

  get size(): number {
    return this.#size;
  }

  /** The lowest number that is free. */
  get freeNumber(): number {
    while (this.has(this.#lowestFree)) this.#lowestFree += 1;
    return this.#lowestFree;
  }

  /** Gives the number, which is the lowest that was free. */
  add(member: T): number {
    const number = this.freeNumber;
    this.#members[number] = member;
    this.#size += 1;
    return number;
  }

  has(number: number): boolean {
    return this.#members[number] !== undefined;
  }

  get(number: number): T | undefined {
    return this.#members[number];
  }

  /** False when nobody has the number. */
  delete(number: number): boolean {
    if (!this.has(number)) return false;
    this.#members[number] = undefined;
    this.#size -= 1;
    this.#lowestFree = Math.min(this.#lowestFree, number);
    while (this.#members.length > this.#firstNumber && !this.#members.at(-1)) this.#members.pop();
    return true;
  }

  /** In the order of their numbers. Who leaves or comes meanwhile may be told of or not. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const member of this.#members) if (member !== undefined) yield member;
  }
}
