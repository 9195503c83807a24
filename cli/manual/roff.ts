// The few requests of the man macros that manual pages need, and text made safe for them.

/**
 * Backslashes are roff's own; a line that begins with a dot or a quote would be a request; what is not
 * ASCII is spelled out, because not every roff reads UTF-8.
 */
export function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/[^ -~\n]/gu, (character) => `\\[u${codePoint(character)}]`);
}

export function title(name: string): string {
  return `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 "" "AudioFile gateway" "User Commands"`;
}

export function section(heading: string, ...body: readonly string[]): string[] {
  return [`.SH ${heading.toUpperCase()}`, ...body];
}

/** A term with its explanation indented below. Both are roff already. */
export function entry(term: string, explanation: string): string[] {
  return ['.TP', term, explanation === '' ? '\\&' : explanation];
}

/** Lines as they are, in a font of equal widths where there is one. */
export function verbatim(lines: string): string[] {
  return ['.nf', text(lines), '.fi'];
}

export function bold(plain: string): string {
  return `\\fB${text(plain)}\\fR`;
}

export function italic(plain: string): string {
  return `\\fI${text(plain)}\\fR`;
}

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
