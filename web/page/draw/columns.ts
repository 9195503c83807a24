// Sound becomes columns of a picture: the lowest and highest sample of each stretch of time.

export interface Columns {
  /** How many columns have been completed since the beginning. */
  readonly count: number;
  readonly capacity: number;
  /** Adds samples; a column is complete when its stretch is full. Allocates nothing. */
  add(samples: Float32Array, samplesPerColumn: number): void;
  /** Of the columns that are still kept: the lowest and the highest sample of one, by its number. */
  low(column: number): number;
  high(column: number): number;
}

export function createColumns(capacity: number): Columns {
  const lows = new Float32Array(capacity);
  const highs = new Float32Array(capacity);
  let count = 0;
  let low = 0;
  let high = 0;
  let filled = 0;

  return {
    get count() {
      return count;
    },
    capacity,
    add(samples, samplesPerColumn) {
      for (let i = 0; i < samples.length; i++) {
        const sample = samples[i] as number;
        if (sample < low) low = sample;
        if (sample > high) high = sample;
        filled += 1;
        if (filled < samplesPerColumn) continue;
        lows[count % capacity] = low;
        highs[count % capacity] = high;
        count += 1;
        filled = 0;
        low = 0;
        high = 0;
      }
    },
    low: (column) => lows[column % capacity] as number,
    high: (column) => highs[column % capacity] as number,
  };
}
