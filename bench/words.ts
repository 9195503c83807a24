// Numbers as people read them in a table.
import type { Spread } from './measure.ts';

/** Three significant digits, in thousands, millions or thousands of millions (G). */
export function rate(perSecond: number): string {
  if (perSecond >= 1e9) return `${(perSecond / 1e9).toPrecision(3)} G`;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} M`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toPrecision(3)} k`;
  return perSecond.toPrecision(3);
}

/** The median, and in brackets the least and the most of all runs. */
export function ratio({ median, min, max }: Spread): string {
  return `${median.toFixed(1)} (${min.toFixed(1)}..${max.toFixed(1)})`;
}

/** The same for ratios near 1; of a single run only that. */
export function preciseRatio({ median, min, max }: Spread): string {
  if (min === max) return median.toFixed(2);
  return `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
}
