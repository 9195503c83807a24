// bench/results.md and its charts: one section for each benchmark, rewritten only when that was run.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import type { Section } from './section.ts';

/** As seen from dist/bench, where this runs. */
const file = new URL('../../bench/results.md', import.meta.url);
const chartFolder = new URL('../../bench/charts/', import.meta.url);

const HEAD = `# Results

Written by \`npm run bench\`; each section is from the last time when its benchmark was run. Ratios are to
a floor that was measured in the same run, because they say more than times of one machine do. A ratio
is the median of several runs, with the least and the most in brackets.
`;

function machine(): string {
  const [first] = cpus();
  const model = first?.model.trim() || 'an unnamed processor';
  return `${model}, ${cpus().length} cores, Node ${process.version}, ${type()} ${release()}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function markdownOf({ title, columns, rows, notes, charts = [] }: Section): string {
  const table = [row(columns), row(columns.map(() => '---')), ...rows.map(row)].join('\n');
  const pictures = charts.map(({ name }) => `![${name}](charts/${fileName(name)})`);
  return [`## ${title}`, `Machine: ${machine()}.`, table, ...pictures, ...notes].join('\n\n');
}

function fileName(chartName: string): string {
  return `${chartName
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join('-')}.svg`;
}

export function writeCharts(run: readonly Section[]): void {
  mkdirSync(chartFolder, { recursive: true });
  for (const { name, svg } of run.flatMap(({ charts = [] }) => charts)) {
    writeFileSync(new URL(fileName(name), chartFolder), svg);
  }
}

/** The sections that the file has, by their titles. */
function sectionsIn(text: string): Map<string, string> {
  const [, ...sections] = text.split(/^(?=## )/m);
  return new Map(
    sections.map((section) => [/^## (.*)$/m.exec(section)?.[1] ?? '', section.trimEnd()]),
  );
}

export function writeResults(run: readonly Section[]): void {
  const sections = sectionsIn(existsSync(file) ? readFileSync(file, 'utf8') : '');
  for (const section of run) sections.set(section.title, markdownOf(section));
  const inOrder = [...sections.entries()].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, [HEAD, ...inOrder.map(([, text]) => `${text}\n`)].join('\n'));
}

/** The same table with its columns in line, for a terminal. */
export function printSection({ title, columns, rows, notes }: Section): void {
  const lines = [columns, ...rows];
  const widths = columns.map((_name, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? '').length)),
  );
  const aligned = lines.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  console.log([`\n${title}`, ...aligned, ...notes].join('\n'));
}
