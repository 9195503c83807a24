// What a table of bounds wants of its tests: one for each row, of the row's name, which goes past it.
import type { Bound } from '#server/wiring/bounds/bound';

export type Checks<Bounds extends Readonly<Record<string, Bound>>> = {
  readonly [Row in keyof Bounds]: () => void | Promise<void>;
};
