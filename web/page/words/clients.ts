// Who plays on a device, and who a page is, in a few words.

export interface PlayingClient {
  readonly index: number;
  readonly peer: string;
}

/** More are only counted. */
const MAX_NAMED = 2;

/** Undefined where nobody can tell. */
export function playingInWords(clients: readonly PlayingClient[] | undefined): string {
  if (clients === undefined) return 'Who plays is not known without the gateway';
  if (clients.length === 0) return 'Nothing plays';
  const named = clients
    .slice(0, MAX_NAMED)
    .map(({ index, peer }) => (peer === '' ? `client ${index}` : `client ${index} (${peer})`));
  const moreCount = clients.length - named.length;
  if (moreCount > 0) named.push(`${moreCount} more`);
  return `Playing: ${named.join(', ').replace(/, ([^,]*)$/, ' and $1')}`;
}

const browsers = [
  ['Firefox', /Firefox\//],
  ['Edge', /Edg\//],
  ['Chrome', /Chrome\//],
  ['Safari', /Safari\//],
] as const;

const systems = [
  ['Android', /Android/],
  ['an iPhone', /iPhone/],
  ['an iPad', /iPad/],
  ['Windows', /Windows/],
  ['a Mac', /Mac OS/],
  ['Linux', /Linux|X11/],
] as const;

/** By what the gateway's lists know this page, such as "Firefox on Linux". */
export function pageNameOf(userAgent: string): string {
  const nameIn = (table: typeof browsers | typeof systems) =>
    table.find(([, pattern]) => pattern.test(userAgent))?.[0];
  return `${nameIn(browsers) ?? 'A browser'} on ${nameIn(systems) ?? 'some system'}`;
}
