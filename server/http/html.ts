// Text within HTML.

/** Stands for itself, also within quotes. */
export function inHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
