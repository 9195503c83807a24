// Answers of commands on standard output: tables for people, JSON for programs.
import type { CommandContext } from './command.ts';

export function printLine(context: CommandContext, line: string): void {
  context.stdout.write(`${line}\n`);
}

export function printJson(context: CommandContext, value: unknown): void {
  printLine(context, JSON.stringify(value, undefined, 2));
}

/** Columns as wide as their longest cell; numbers are moved to the right. */
export function printTable(
  context: CommandContext,
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const texts = [headings, ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  for (const row of texts) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
    });
    printLine(context, cells.join('  ').trimEnd());
  }
}
