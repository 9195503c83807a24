// The clock that browsers and all processes of a machine share, with fractions of a millisecond.

/** Date counts whole milliseconds: so long is it behind when one of them begins. */
const offsetMs = findOffsetMs();

export function wallClockMs(): number {
  return performance.now() + offsetMs;
}

function findOffsetMs(): number {
  const before = Date.now();
  while (Date.now() === before);
  return Date.now() - performance.now();
}
