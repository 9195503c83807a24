// Finds the name that somebody meant who mistyped it.

/** The known name that is the least number of edits away, if so few that it may have been meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const enough = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 3)));
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ distance }) => distance <= enough)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.candidate;
}

/** Letters inserted, removed or replaced, case not counted. (Levenshtein) */
function editDistance(from: string, to: string): number {
  const letters = [...to.toLowerCase()];
  let row = [0, ...letters.map((_, index) => index + 1)];
  for (const [fromIndex, letter] of [...from.toLowerCase()].entries()) {
    const next = [fromIndex + 1];
    for (const [index, other] of letters.entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
