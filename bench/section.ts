// What a benchmark gives back: one table, and what a reader must know to understand it.

export interface Section {
  /** Stays the same from run to run, because results.md is rewritten by it. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

export interface BenchmarkOptions {
  /** Only shows that everything runs: the figures mean little, and are not written down. */
  readonly isQuick: boolean;
}

export type Benchmark = (options: BenchmarkOptions) => Section | Promise<Section>;
