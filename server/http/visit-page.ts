// What leads a visitor on: the answer to a token in the link, and to a link on another site. The cookie is for this
// site's own navigations only, and where a link on another site led here, a redirect would still be that site's: this
// page leads on by itself.
import { inHtml } from './html.ts';

export function visitPage(location: string): string {
  const target = inHtml(location);
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${target}">
<title>AudioFile gateway</title>
<link rel="icon" href="./icon.svg" type="image/svg+xml">
<p><a href="${target}">Go on to the page</a></p>
`;
}
