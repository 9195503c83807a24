// The quadrature mirror filter of G.722, in the two halves that splitting and joining the band share.
import { mirrorFilter } from './g722-tables.ts';

const halfTaps = mirrorFilter.length;

/** Each half remembers 12 values; they are kept twice, so that they can be read without wrapping. */
export class MirrorFilter {
  readonly #firstLine = new Int32Array(2 * halfTaps);
  readonly #secondLine = new Int32Array(2 * halfTaps);
  #oldest = 0;

  /** The sums over the two halves after the latest `push`. */
  firstSum = 0;
  secondSum = 0;

  reset(): void {
    this.#firstLine.fill(0);
    this.#secondLine.fill(0);
    this.#oldest = 0;
    this.firstSum = 0;
    this.secondSum = 0;
  }

  push(first: number, second: number): void {
    const firstLine = this.#firstLine;
    const secondLine = this.#secondLine;
    firstLine[this.#oldest] = first;
    firstLine[this.#oldest + halfTaps] = first;
    secondLine[this.#oldest] = second;
    secondLine[this.#oldest + halfTaps] = second;
    this.#oldest = this.#oldest + 1 === halfTaps ? 0 : this.#oldest + 1;
    let firstSum = 0;
    let secondSum = 0;
    for (let i = 0; i < halfTaps; i++) {
      firstSum += (firstLine[this.#oldest + i] as number) * (mirrorFilter[i] as number);
      secondSum +=
        (secondLine[this.#oldest + i] as number) * (mirrorFilter[halfTaps - 1 - i] as number);
    }
    this.firstSum = firstSum;
    this.secondSum = secondSum;
  }
}
