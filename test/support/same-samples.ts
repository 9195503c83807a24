// Compares long arrays in a word, because their full difference helps nobody.

type Numbers = ArrayLike<number>;

/** Where two arrays differ first; undefined when they are equal. */
export function differenceOf(actual: Numbers, expected: Numbers): string | undefined {
  if (actual.length !== expected.length) {
    return `${actual.length} samples in place of ${expected.length}`;
  }
  for (let at = 0; at < expected.length; at += 1) {
    if (Object.is(actual[at], expected[at])) continue;
    const excerpt = (numbers: Numbers) =>
      Array.from(numbers)
        .slice(at, at + 8)
        .join(' ');
    return `from ${at} of ${expected.length}: ${excerpt(actual)} in place of ${excerpt(expected)}`;
  }
  return undefined;
}
