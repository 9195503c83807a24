// Which of Node's errors one is, and what it says.

/** Such as ENOENT; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong, for a sentence or a log. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
