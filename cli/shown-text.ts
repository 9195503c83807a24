// Names on their way to a terminal.

/** Names and values come from other programs: what would move the cursor becomes a question mark. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
