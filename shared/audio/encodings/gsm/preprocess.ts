// What GSM 06.10 does to samples before analysis and after synthesis: its sections 5.2.1 to 5.2.3
// (scaling down, offset compensation, pre-emphasis) and 5.3.5 to 5.3.7 (the opposites).
import { add, multiplyRounded, saturate32 } from './arithmetic.ts';

const emphasis = 28180;
/** Just under 1: the offset filter forgets in about a thousand samples. */
const offsetPole = 32735;

export class Preprocessor {
  #pastInput = 0;
  /** With 15 bits behind the point. */
  #pastUnbiased = 0;
  #pastRounded = 0;

  reset(): void {
    this.#pastInput = 0;
    this.#pastUnbiased = 0;
    this.#pastRounded = 0;
  }

  process(sample: number): number {
    const input = (sample >> 3) << 2;
    const step = input - this.#pastInput;
    this.#pastInput = input;

    const whole = this.#pastUnbiased >> 15;
    const fraction = this.#pastUnbiased - (whole << 15);
    const unbiased = saturate32(
      whole * offsetPole + (step << 15) + multiplyRounded(fraction, offsetPole),
    );
    this.#pastUnbiased = unbiased;

    const rounded = saturate32(unbiased + 16384) >> 15;
    const emphasised = add(rounded, multiplyRounded(this.#pastRounded, -emphasis));
    this.#pastRounded = rounded;
    return emphasised;
  }
}

export class Postprocessor {
  #past = 0;

  reset(): void {
    this.#past = 0;
  }

  process(sample: number): number {
    this.#past = add(sample, multiplyRounded(this.#past, emphasis));
    return add(this.#past, this.#past) & ~7;
  }
}
