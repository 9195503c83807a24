// Where the doors of a gateway are, from any link to it: the page's own, or the one with the token that it
// printed at its start.

/**
 * `http` and `https` links, or WebSocket links to any of its paths; the query (a token) is kept. Throws an error
 * for people where the link is none of these.
 */
export function gatewayUrl(link: string, door: 'relay' | 'audiofile', base?: string): string {
  const url = URL.canParse(link, base) ? new URL(link, base) : undefined;
  if (!url || !/^(http|ws)s?:$/.test(url.protocol)) {
    throw new Error(`“${link}” is no link to a gateway: it must begin with http:// or https://.`);
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  url.pathname = `${folderOf(url.pathname)}${door}`;
  url.hash = '';
  return url.href;
}

/** Where a browser can ask what a WebSocket does not tell: why a gateway lets nobody in. */
export function statusUrl(relayUrl: string): string {
  const url = new URL(relayUrl);
  url.protocol = url.protocol.replace(/^ws/, 'http');
  url.pathname = `${folderOf(url.pathname)}api/status`;
  return url.href;
}

function folderOf(pathname: string): string {
  return pathname.replace(/[^/]*$/, '');
}
