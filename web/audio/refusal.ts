// Why a gateway will not talk to this page, however often it is asked, as code for programs beside the words
// for people.
import { closeCodes } from '#shared/relay/close-codes';

export type RefusalCode =
  /** It wants its token, or another one. */
  | 'token'
  /** It does not trust pages of this site. */
  | 'origin'
  /** It does not answer to the name by which it was asked. */
  | 'host'
  /** It speaks another version of the relay. */
  | 'version'
  | 'other';

export interface Refusal {
  readonly code: RefusalCode;
  /** For people. */
  readonly reason: string;
}

const byStatus: Readonly<Record<number, RefusalCode>> = {
  401: 'token',
  403: 'origin',
  421: 'host',
};

/** Undefined where the answer to a request is no refusal of the page. */
export function refusalOfStatus(status: number): RefusalCode | undefined {
  return byStatus[status];
}

/** Undefined where trying again may help. Codes may be HTTP's and 4000. */
export function refusalOfClose(closeCode: number): RefusalCode | undefined {
  if (closeCode === closeCodes.version) return 'version';
  const status = closeCode - 4_000;
  return status >= 400 && status <= 499 ? (byStatus[status] ?? 'other') : undefined;
}
