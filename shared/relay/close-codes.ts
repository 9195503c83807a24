// Why a gateway ends a page's connection, as the code of the WebSocket's close; the reason that comes with
// it is a sentence for people.

export const closeCodes = {
  /** The gateway ends; it may come back. */
  goingAway: 1001,
  /** The gateway made a mistake. */
  failed: 1011,
  /** The page and the gateway speak different versions; trying again changes nothing. */
  version: 4001,
  /** A message made no sense. */
  malformed: 4002,
  /** The page did not read what it listens to. */
  tooSlow: 4003,
  /** More pages, or more messages of one page, than the gateway takes. */
  tooMany: 4004,
  /** Nothing was heard of the page. */
  vanished: 4005,
  /** The token of the page was revoked, or has expired; trying again changes nothing. */
  tokenGone: 4401,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
