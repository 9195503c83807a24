// Words and names on their way to a terminal.

/** Names and values come from other programs: what would move the cursor becomes a question mark. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** "1 byte", "2 bytes": the plural is the regular one. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
