// What a browser shows to a person whom the gateway does not let in: what happened, what it means, what to do, and a
// field for the token where one would do. All of it stands in one answer, since no file is given to strangers.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Asked } from './asked.ts';
import { ownLocation } from './gate.ts';
import { inHtml } from './html.ts';
import type { Refusal } from './refusals.ts';
import { contentSecurityPolicy } from './security-headers.ts';
import { SIGN_IN_PATH } from './sign-in.ts';
import { visitPage } from './visit-page.ts';

interface Words {
  readonly happened: string;
  readonly means: string;
  readonly toDo: string;
}

/** Of what a token would help against. */
const tokenWords: Partial<Readonly<Record<Refusal['code'], (refusal: Refusal) => Words>>> = {
  tokenMissing: () => ({
    happened: 'This gateway wants a token.',
    means: 'It lets in whoever was given one, mostly as a link, and this browser has shown none.',
    toDo: 'Open the link that the gateway printed at its first start or that you were given, or paste it here.',
  }),
  tokenWrong: () => ({
    happened: 'That token does not open this gateway.',
    means: 'It is none of its own, was revoked, or has expired.',
    toDo: 'Look whether all of it was copied, or paste another one.',
  }),
  tooManyTokens: ({ retryAfterSeconds = 1 }) => ({
    happened: 'Too many wrong tokens came from your address.',
    means: 'For now none is looked at, not even a right one, so that nobody can go on guessing.',
    toDo: `Wait ${retryAfterSeconds} s, then paste the right one.`,
  }),
};

/** The sentence of any other refusal says the rest. */
const NOT_LET_IN = 'The gateway does not let you in.';

export interface DoorPage {
  readonly headers: Readonly<Record<string, string>>;
  html(refusal: Refusal, asked: Asked): string;
}

/** Programs, and what a page asks for by itself, want no page to look at. */
export function wantsPage({ headers }: Asked): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}

/** Its looks are built with the page; where that is missing it says the same without them. */
export function createDoorPage(pageFolder: string): DoorPage {
  const style = contentOf(path.join(pageFolder, 'door.css'));
  const logo = contentOf(path.join(pageFolder, 'icon.svg'));
  const styleHash = createHash('sha256').update(style).digest('base64');
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy({
        'style-src': `'sha256-${styleHash}'`,
        'form-action': "'self'",
      }),
      // With none at all, browsers would not say that the form is this gateway's own.
      'referrer-policy': 'strict-origin',
    },
    html: (refusal, asked) =>
      hidesCookie(refusal, asked)
        ? visitPage(ownLocation(asked.url))
        : htmlOf(refusal, folderAbove(asked.url), { style, logo }),
  };
}

/**
 * A link on another site led here, for which browsers keep the cookie back. Once the gateway's own page leads on, they
 * send it, if there is one.
 */
function hidesCookie({ code }: Refusal, { method, headers }: Asked): boolean {
  return code === 'tokenMissing' && method === 'GET' && headers['sec-fetch-site'] === 'cross-site';
}

interface Looks {
  readonly style: string;
  readonly logo: string;
}

function htmlOf(refusal: Refusal, folder: string, { style, logo }: Looks): string {
  const { code, sentence } = refusal;
  const ofToken = tokenWords[code]?.(refusal);
  const { happened, means, toDo } = ofToken ?? { happened: NOT_LET_IN, means: sentence, toDo: '' };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${happened.replace(/\.$/, '')} · AudioFile gateway</title>
<link rel="icon" href="${folder}icon.svg" type="image/svg+xml">
<style>${style}</style>
</head>
<body>
<main>
<p class="whose"><span aria-hidden="true">${logo}</span>AudioFile gateway</p>
<h1>${happened}</h1>
<div id="why">
<p>${inHtml(means)} ${toDo}</p>
</div>
${ofToken ? formOf(folder, code !== 'tokenMissing') : ''}</main>
</body>
</html>
`;
}

function formOf(folder: string, isWrong: boolean): string {
  return `<form method="post" action="${folder}${SIGN_IN_PATH.slice(1)}">
<label for="token">Token, or the whole link</label>
<div class="row">
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" aria-describedby="why"${isWrong ? ' aria-invalid="true"' : ''}>
<button class="primary">Sign in</button>
</div>
</form>
<p class="quiet">You have none? Whoever runs the gateway makes one with <code>af token add kitchen --role speak</code>.</p>
`;
}

/** From what was asked for to where the page is, whatever a proxy puts before the path. */
function folderAbove(url: string): string {
  const depth = url.replace(/\?.*$/s, '').split('/').length - 2;
  return depth > 0 ? '../'.repeat(depth) : './';
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
