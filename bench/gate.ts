// Figures held to those that were committed: what is more than a fifth worse, and stays so when it is
// measured again, is a step back.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Section } from './section.ts';

/** As seen from dist/bench, where this runs. */
const file = new URL('../../bench/figures.json', import.meta.url);

/** A figure is worse when it is more than so many times the committed one. */
export const TOLERANCE = 1.2;

/** Ratios by the benchmark's name and the figure's. */
export type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface StepBack {
  readonly name: string;
  readonly committed: number;
  readonly measured: number;
}

/** Figures that are new have nothing to be held to. */
export function stepsBack(
  figures: readonly Figure[],
  committed: Readonly<Record<string, number>> = {},
): StepBack[] {
  return figures.flatMap(({ name, ratio }) => {
    const before = committed[name];
    if (before === undefined || ratio <= before * TOLERANCE) return [];
    return [{ name, committed: before, measured: ratio }];
  });
}

/** Of two runs, each figure from the one in which the machine disturbed it less. */
export function bestOf(one: readonly Figure[], other: readonly Figure[]): Figure[] {
  const others = new Map(other.map(({ name, ratio }) => [name, ratio]));
  return one.map(({ name, ratio }) => ({
    name,
    ratio: Math.min(ratio, others.get(name) ?? ratio),
  }));
}

export function readFigures(): Figures {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Figures) : {};
}

export function writeFigures(sections: Readonly<Record<string, Section>>): void {
  const figures = Object.entries(sections).map(([name, section]) => [name, rounded(section)]);
  const all: Figures = { ...readFigures(), ...Object.fromEntries(figures) };
  const inOrder = Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n`);
}

function rounded({ figures }: Section): Record<string, number> {
  return Object.fromEntries(figures.map(({ name, ratio }) => [name, Number(ratio.toPrecision(3))]));
}
