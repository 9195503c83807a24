// Line charts as SVG text, for documents: light and dark as the reader's system is, with no dependency.

export interface Axis {
  readonly label: string;
  /** Such as `ms`; stands behind the label. */
  readonly unit?: string;
  /** On a logarithmic axis, values that are not above 0 are left out. */
  readonly scale?: 'linear' | 'log';
  /** A bound that is not given follows from the values; linear axes then begin at 0 where all are above. */
  readonly min?: number;
  readonly max?: number;
}

export interface Series {
  readonly name: string;
  /** In the order of x. A y that is no finite number makes a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most eight have colours of their own. */
  readonly series: readonly Series[];
  /** Marks each point too, where there are few. */
  readonly hasDots?: boolean;
  readonly width?: number;
  readonly height?: number;
}

interface Scale {
  readonly ticks: readonly number[];
  /** From 0 at the axis' begin to 1 at its end; NaN for what it cannot show. */
  place(value: number): number;
}

const MARGIN = { top: 34, right: 18, bottom: 46, left: 66 };
const LEGEND_ROW = 18;
const LEGEND_GAP = 18;
/** About the width of a character of the legend. */
const CHARACTER_WIDTH = 6.6;
const WANTED_TICKS = 6;
const SMALLEST_SHARE = 1e-9;

/** Told apart also by those who see few colours; a pair each for light and dark. */
const colours: readonly (readonly [light: string, dark: string])[] = [
  ['#0b62c4', '#6cb0ff'],
  ['#c2410c', '#ff9b5e'],
  ['#0f7b4f', '#4fcf95'],
  ['#8e3bb8', '#d29bf2'],
  ['#a16207', '#e8c04a'],
  ['#0e7490', '#56cfe3'],
  ['#be185d', '#ff8ebd'],
  ['#4b5563', '#b6bfcc'],
];

const style = [
  'svg{--paper:#fff;--ink:#1f2328;--pale:#59636e;--grid:#d9dee4}',
  '@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--pale:#9198a1;--grid:#2b333d}}',
  'text{font:12px system-ui,sans-serif;fill:var(--pale)}',
  '.title{font-size:15px;font-weight:600;fill:var(--ink)}',
  '.grid{stroke:var(--grid)}.axis{stroke:var(--pale)}',
  '.line{fill:none;stroke-width:1.8;stroke-linejoin:round}',
  ...colours.map(
    ([light, dark], index) =>
      `.s${index}{stroke:${light}}.d${index}{fill:${light}}` +
      `@media (prefers-color-scheme:dark){.s${index}{stroke:${dark}}.d${index}{fill:${dark}}}`,
  ),
].join('');

/** An SVG document. The same options give the same text. */
export function lineChart(options: LineChartOptions): string {
  const { title, x, y, series, hasDots = false, width = 760, height = 340 } = options;
  const legend = legendOf(series, width);
  const top = MARGIN.top + legend.rowCount * LEGEND_ROW;
  const plot = {
    left: MARGIN.left,
    top,
    right: width - MARGIN.right,
    bottom: height - MARGIN.bottom,
  };
  const points = series.flatMap((one) => one.points);
  const xScale = scaleOf(
    x,
    points.map(([value]) => value),
  );
  const yScale = scaleOf(
    y,
    points.map(([, value]) => value),
  );
  const toX = (value: number) => plot.left + xScale.place(value) * (plot.right - plot.left);
  const toY = (value: number) => plot.bottom - yScale.place(value) * (plot.bottom - plot.top);
  const middle = (plot.top + plot.bottom) / 2;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" rx="6" style="fill:var(--paper)"/>`,
    `<text class="title" x="${MARGIN.left}" y="22">${escaped(title)}</text>`,
    ...legend.parts,
    ...yScale.ticks.flatMap((tick) => [
      line('grid', plot.left, toY(tick), plot.right, toY(tick)),
      text(plot.left - 8, toY(tick) + 4, 'end', numberInWords(tick)),
    ]),
    ...xScale.ticks.flatMap((tick) => [
      line('axis', toX(tick), plot.bottom, toX(tick), plot.bottom + 5),
      text(toX(tick), plot.bottom + 19, 'middle', numberInWords(tick)),
    ]),
    line('axis', plot.left, plot.bottom, plot.right, plot.bottom),
    text((plot.left + plot.right) / 2, height - 8, 'middle', axisInWords(x)),
    `<text text-anchor="middle" transform="translate(15 ${round(middle)}) rotate(-90)">${escaped(axisInWords(y))}</text>`,
    ...series.flatMap((one, index) => drawn(one, colourOf(index), hasDots, toX, toY)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawn(
  { points }: Series,
  colour: number,
  hasDots: boolean,
  toX: (value: number) => number,
  toY: (value: number) => number,
): string[] {
  let path = '';
  let isDown = false;
  const dots: string[] = [];
  for (const [xValue, yValue] of points) {
    const [atX, atY] = [toX(xValue), toY(yValue)];
    const isShown = Number.isFinite(atX) && Number.isFinite(atY);
    if (isShown) path += `${isDown ? 'L' : 'M'}${round(atX)} ${round(atY)}`;
    if (isShown && hasDots) {
      dots.push(`<circle class="d${colour}" cx="${round(atX)}" cy="${round(atY)}" r="3"/>`);
    }
    isDown = isShown;
  }
  return [...(path === '' ? [] : [`<path class="line s${colour}" d="${path}"/>`]), ...dots];
}

/** Names beside strokes of their colours, in as many rows as they need; none for a single series. */
function legendOf(series: readonly Series[], width: number) {
  if (series.length < 2) return { rowCount: 0, parts: [] };
  const parts: string[] = [];
  let row = 0;
  let left = MARGIN.left;
  series.forEach(({ name }, index) => {
    const itemWidth = 24 + name.length * CHARACTER_WIDTH + LEGEND_GAP;
    if (left + itemWidth > width && left > MARGIN.left) {
      row += 1;
      left = MARGIN.left;
    }
    const baseline = MARGIN.top + row * LEGEND_ROW + 7;
    const stroke = `<line class="line s${colourOf(index)}" x1="${round(left)}" y1="${baseline - 4}" x2="${round(left + 18)}" y2="${baseline - 4}"/>`;
    parts.push(stroke, text(left + 24, baseline, 'start', name));
    left += itemWidth;
  });
  return { rowCount: row + 1, parts };
}

function colourOf(index: number): number {
  return index % colours.length;
}

function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const isLog = axis.scale === 'log';
  const shown = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  // Not Math.min(...shown): a long series has more values than a call may have arguments.
  const least = axis.min ?? shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = axis.max ?? shown.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(least <= most)) return isLog ? logScale(axis, 1, 10) : linearScale(axis, 0, 1);
  return isLog ? logScale(axis, least, most) : linearScale(axis, least, most);
}

function linearScale({ min, max }: Axis, least: number, most: number): Scale {
  const begin = min ?? Math.min(0, least);
  const step = stepFor((Math.max(most, begin) - begin || Math.abs(most) || 1) / WANTED_TICKS);
  const from = min ?? Math.floor(begin / step) * step;
  const to = max ?? Math.max(from + step, Math.ceil(most / step - SMALLEST_SHARE) * step);
  const first = Math.ceil(from / step - SMALLEST_SHARE);
  const last = Math.floor(to / step + SMALLEST_SHARE);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { ticks, place: (value) => (value - from) / (to - from) };
}

function logScale({ min, max }: Axis, least: number, most: number): Scale {
  const from = min === undefined ? Math.floor(Math.log10(least)) : Math.log10(min);
  const wanted = max === undefined ? Math.ceil(Math.log10(most)) : Math.log10(max);
  const to = Math.max(wanted, from + 1);
  const every = Math.max(1, Math.ceil((to - from) / WANTED_TICKS));
  const ticks: number[] = [];
  for (let power = Math.ceil(from); power <= to; power += every) ticks.push(10 ** power);
  return {
    ticks,
    place: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : Number.NaN),
  };
}

/** 1, 2 or 5 times a power of ten, and at least as much. */
function stepFor(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
}

function axisInWords({ label, unit }: Axis): string {
  return unit === undefined ? label : `${label} (${unit})`;
}

/** Short enough for the margin. */
function numberInWords(value: number): string {
  if (Math.abs(value) >= 1e6 && Math.abs(value) < 1e9) return `${value / 1e6} M`;
  if (Math.abs(value) >= 1e5 && Math.abs(value) < 1e6) return `${value / 1e3} k`;
  if (value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-4)) {
    return value.toExponential(0);
  }
  return Number(value.toPrecision(6)).toLocaleString('en-GB', { maximumFractionDigits: 6 });
}

function line(name: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

function text(x: number, y: number, anchor: string, content: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
