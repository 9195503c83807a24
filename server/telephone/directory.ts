// The numbers under which a line's programs reach telephones.
import { RelayError } from '#shared/relay/relay-error';
import { MAX_TELEPHONES } from '#shared/relay/telephone';
import type { Telephone } from './ports.ts';

export class Directory {
  readonly #telephones = new Map<string, Telephone>();

  /**
   * An empty number gives back the one it has. Gives whether that changed anything; throws a RelayError, having
   * changed nothing.
   */
  take(telephone: Telephone, number: string): boolean {
    const had = this.numberOf(telephone);
    if (had === number) return false;
    const owner = this.#telephones.get(number);
    if (owner !== undefined) throw RelayError.numberTaken(number, owner.name);
    if (number !== '' && had === '' && this.#telephones.size >= MAX_TELEPHONES) {
      throw RelayError.refused(
        `This line has its ${MAX_TELEPHONES} numbers: another page has to give its number back first.`,
      );
    }
    this.#telephones.delete(had);
    if (number !== '') this.#telephones.set(number, telephone);
    return true;
  }

  /** Empty where it has none. */
  numberOf(telephone: Telephone): string {
    for (const [number, owner] of this.#telephones) if (owner === telephone) return number;
    return '';
  }

  find(number: string): Telephone | undefined {
    return this.#telephones.get(number);
  }

  /** Whether a longer number begins so. */
  hasLonger(digits: string): boolean {
    for (const number of this.#telephones.keys()) {
      if (number.length > digits.length && number.startsWith(digits)) return true;
    }
    return false;
  }

  entries(): { readonly number: string; readonly telephone: Telephone }[] {
    return Array.from(this.#telephones, ([number, telephone]) => ({ number, telephone }));
  }
}
