// Moving whole samples between bytes and linear buffers of the same width, as fast as memory can be copied.

/** Whether this machine keeps the high byte of a number first; typed arrays follow the machine. */
export const machineIsBigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/**
 * Shows linear buffers as bytes. Keeps the last view, so that nothing is allocated for a caller that comes
 * with the same buffer and count each time; for another it makes one small object.
 */
export class BytesOfSamples {
  #samples: ArrayBufferView | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  /** The first `byteCount` bytes of `samples`; a RangeError if it holds fewer. */
  view(samples: ArrayBufferView, byteCount: number): Uint8Array {
    if (this.#samples !== samples || this.#bytes.length !== byteCount) {
      if (byteCount > samples.byteLength) {
        throw new RangeError(`${byteCount} bytes of samples do not fit ${samples.byteLength}.`);
      }
      this.#bytes = new Uint8Array(samples.buffer, samples.byteOffset, byteCount);
      this.#samples = samples;
    }
    return this.#bytes;
  }
}

/** Copies all of `input`, samples of `bytesPerSample` bytes, and turns each one round if `reverse` is set. */
export function copySamples(
  input: Uint8Array,
  output: Uint8Array,
  bytesPerSample: number,
  reverse: boolean,
): void {
  if (!reverse) {
    output.set(input);
    return;
  }
  const last = bytesPerSample - 1;
  for (let byte = 0; byte <= last; byte++) {
    for (
      let from = byte, to = last - byte;
      from < input.length;
      from += bytesPerSample, to += bytesPerSample
    ) {
      output[to] = input[from] as number;
    }
  }
}
