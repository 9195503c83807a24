// Asking the gateway over HTTP.

const ANSWER_LIMIT_MS = 4_000;

/** Undefined where there is no such thing; rejects where the gateway does not answer, or refuses. */
export async function ask(
  place: string,
  method: 'GET' | 'DELETE' = 'GET',
): Promise<Response | undefined> {
  const response = await fetch(place, { method, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return response;
}

/** The gateway checks its answers against the type that is wanted here. */
export async function askFor<Answer>(place: string): Promise<Answer | undefined> {
  const response = await ask(place);
  return (await response?.json()) as Answer | undefined;
}
