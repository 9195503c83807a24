// How strong each frequency is in a stretch of sound: a windowed Fourier transform.

export interface Spectrum {
  /** Samples that it looks at. */
  readonly size: number;
  /** Of `size / 2` frequencies, up to half the rate: in dB below a full-scale sine. */
  readonly levelsDb: Float32Array;
  /** Reads the last `size` samples of a ring in which `end` comes next; allocates nothing. */
  measure(ring: Float32Array, end: number): void;
}

const FLOOR_DB = -120;

/** `size` is a power of two. */
export function createSpectrum(size: number): Spectrum {
  const half = size / 2;
  const window = Float32Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
  const cosines = Float32Array.from({ length: half }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float32Array.from({ length: half }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  const order = bitReversed(size);
  const real = new Float32Array(size);
  const imaginary = new Float32Array(size);
  const levelsDb = new Float32Array(half);
  /** A full-scale sine gives this, the window included. */
  const fullScale = size / 4;

  function transform(): void {
    for (let span = 1; span < size; span *= 2) {
      const step = half / span;
      for (let start = 0; start < size; start += 2 * span) {
        for (let k = 0; k < span; k++) {
          const upper = start + k;
          const lower = upper + span;
          const cosine = cosines[k * step] as number;
          const sine = sines[k * step] as number;
          const re = (real[lower] as number) * cosine + (imaginary[lower] as number) * sine;
          const im = (imaginary[lower] as number) * cosine - (real[lower] as number) * sine;
          real[lower] = (real[upper] as number) - re;
          imaginary[lower] = (imaginary[upper] as number) - im;
          real[upper] = (real[upper] as number) + re;
          imaginary[upper] = (imaginary[upper] as number) + im;
        }
      }
    }
  }

  return {
    size,
    levelsDb,
    measure(ring, end) {
      const first = end - size + ring.length;
      for (let i = 0; i < size; i++) {
        const place = order[i] as number;
        real[place] = (ring[(first + i) % ring.length] as number) * (window[i] as number);
        imaginary[place] = 0;
      }
      transform();
      for (let i = 0; i < half; i++) {
        const magnitude = Math.hypot(real[i] as number, imaginary[i] as number) / fullScale;
        levelsDb[i] = Math.max(FLOOR_DB, 20 * Math.log10(magnitude + 1e-9));
      }
    },
  };
}

function bitReversed(size: number): Uint16Array {
  const bits = Math.log2(size);
  return Uint16Array.from({ length: size }, (_, index) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) if ((index >> bit) & 1) reversed |= 1 << (bits - 1 - bit);
    return reversed;
  });
}
