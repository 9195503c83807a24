// Bytes spelled out by hand, so that what our encoder writes can be compared with what it never touched.

export type ByteOrder = 'little' | 'big';
export const byteOrders: readonly ByteOrder[] = ['little', 'big'];

export class ByteBuilder {
  #bytes: number[] = [];
  readonly #littleEndian: boolean;

  constructor(byteOrder: ByteOrder) {
    this.#littleEndian = byteOrder === 'little';
  }

  u8(...numbers: number[]): this {
    return this.bytes(numbers);
  }

  u16(...numbers: number[]): this {
    for (const number of numbers) this.#push(number, [0, 8]);
    return this;
  }

  u32(...numbers: number[]): this {
    for (const number of numbers) this.#push(number, [0, 8, 16, 24]);
    return this;
  }

  bytes(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte & 0xff);
    return this;
  }

  text(text: string): this {
    return this.bytes(Array.from(text, (character) => character.charCodeAt(0)));
  }

  zeros(count: number): this {
    return this.bytes(new Uint8Array(count));
  }

  /** Zeros up to the next multiple of 4. */
  pad(): this {
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
    return this;
  }

  /** Zeros up to that many bytes. */
  padTo(byteCount: number): this {
    return this.zeros(byteCount - this.#bytes.length);
  }

  build(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  #push(number: number, shifts: readonly number[]): void {
    const ordered = this.#littleEndian ? shifts : [...shifts].reverse();
    for (const shift of ordered) this.u8(number >>> shift);
  }
}

export function build(byteOrder: ByteOrder): ByteBuilder {
  return new ByteBuilder(byteOrder);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((byteCount, part) => byteCount + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
