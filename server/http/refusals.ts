// Why the web side does not answer, for people and for programs: one sentence and one code each.
import { hasRight, type Right, type Role, roleNames } from '#shared/relay/roles';

export interface Refusal {
  readonly statusCode: number;
  /** Stays the same whatever the sentence says; sent as `x-audiofile-refusal`. */
  readonly code:
    | 'strangeHost'
    | 'strangeOrigin'
    | 'tokenMissing'
    | 'tokenWrong'
    | 'tooManyTokens'
    | 'roleLacks'
    | 'noDoor'
    | 'badPath';
  /** For people: what happened and what to do. */
  readonly sentence: string;
  readonly retryAfterSeconds?: number;
}

const HOW_TO_SHOW =
  'open the link with “?token=…” at its end that you were given or that the gateway printed at its first start, or send the header “Authorization: Bearer …”; “af token add” makes another.';

export const tokenMissing: Refusal = {
  statusCode: 401,
  code: 'tokenMissing',
  sentence: `This gateway wants a token: ${HOW_TO_SHOW}\n`,
};

export const tokenWrong: Refusal = {
  statusCode: 401,
  code: 'tokenWrong',
  sentence: `That token is not one of this gateway, was revoked, or has expired: ${HOW_TO_SHOW}\n`,
};

/** Repeats nothing of it. */
export const badPath: Refusal = {
  statusCode: 400,
  code: 'badPath',
  sentence: 'The path of this request is none: after each “%” must come two digits of a byte.\n',
};

export const noDoor: Refusal = {
  statusCode: 404,
  code: 'noDoor',
  sentence: 'There is no WebSocket here: pages use /relay, and programs /audiofile.\n',
};

export function tooManyTokens(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return {
    statusCode: 429,
    code: 'tooManyTokens',
    sentence: `Too many wrong tokens came from your address, so that for now none is looked at: wait ${seconds} s, and look at the token.\n`,
    retryAfterSeconds: seconds,
  };
}

export function roleLacks(role: Role, right: Right): Refusal {
  const wanted = roleNames.filter((name) => hasRight(name, right)).join('” or “');
  return {
    statusCode: 403,
    code: 'roleLacks',
    sentence: `That token is for “${role}”, and this needs one for “${wanted}”: ask whoever runs the gateway for it.\n`,
  };
}

export function strangeHost(host: string | undefined): Refusal {
  return {
    statusCode: 421,
    code: 'strangeHost',
    sentence: `This gateway does not answer to the name ${quoted(host)}, because another site could have chosen it: open the link that it printed at its start, or allow the name with --host-names.\n`,
  };
}

/** A page of another site; browsers do not always say which. */
export function strangeOrigin(origin: string | undefined): Refusal {
  const whose = origin === undefined ? 'another site' : quoted(origin);
  return {
    statusCode: 403,
    code: 'strangeOrigin',
    sentence: `Pages of ${whose} may not use this gateway: open its own page, or allow that site with --allowed-origins.\n`,
  };
}

/** What an answer that refuses carries besides its sentence. */
export function refusalHeaders({ statusCode, code, retryAfterSeconds }: Refusal) {
  return {
    'content-type': 'text/plain; charset=utf-8',
    'x-audiofile-refusal': code,
    ...(statusCode === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
}

function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 200));
}
