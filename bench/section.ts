// What a benchmark gives back: one table, what a reader must know to understand it, the figures that are
// held to what was committed, and charts.

export interface Section {
  /** Stays the same from run to run, because results.md is rewritten by it. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  readonly charts?: readonly Chart[];
}

/** How many times what a floor or a peer takes in the same run; less is better. */
export interface Figure {
  /** Stays the same from run to run. */
  readonly name: string;
  readonly ratio: number;
}

export interface Chart {
  /** Without ending; the file's name and, in results.md, its heading. */
  readonly name: string;
  readonly svg: string;
}

export interface BenchmarkOptions {
  /** Only shows that everything runs: the figures mean little, and are not written down. */
  readonly isQuick: boolean;
}

export type Benchmark = (options: BenchmarkOptions) => Section | Promise<Section>;
