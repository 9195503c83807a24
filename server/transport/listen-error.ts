// Why a door could not be opened, in one sentence that says what happened, what it means and what to do.
import { errorCode, reasonOf } from './error-code.ts';
import { holderInWords, tcpPortHolder, unixSocketHolder } from './socket-holder.ts';

export type ListenErrorCode =
  | 'AF_ADDRESS_IN_USE'
  | 'AF_PERMISSION_DENIED'
  | 'AF_ADDRESS_NOT_HERE'
  | 'AF_NOT_A_SOCKET'
  | 'AF_CANNOT_LISTEN';

export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.code = code;
  }
}

/** What somebody does who cannot have the address, in words that fit after "or". */
export const OTHER_SERVER_NUMBER = 'choose another server number with --server-number';

/** `remedy` fits after "or". */
export function tcpListenError(
  cause: unknown,
  { host, port, remedy }: { host: string; port: number; remedy: string },
): ListenError {
  const sentences: Record<string, () => [ListenErrorCode, string]> = {
    EADDRINUSE: () => [
      'AF_ADDRESS_IN_USE',
      `Port ${port} on ${host} is held by ${holderInWords(tcpPortHolder(port))}, so nobody else can listen there: stop it, or ${remedy}.`,
    ],
    EACCES: () => [
      'AF_PERMISSION_DENIED',
      `Port ${port} on ${host} may not be opened by this user, because the system keeps it for privileged programs: ask for that permission, or ${remedy}.`,
    ],
    EADDRNOTAVAIL: notHere,
    ENOTFOUND: notHere,
    EAI_AGAIN: notHere,
  };
  function notHere(): [ListenErrorCode, string] {
    return [
      'AF_ADDRESS_NOT_HERE',
      `${host} is not an address of this machine, so port ${port} cannot be opened there: give one of its own with --listen, such as 127.0.0.1, or 0.0.0.0 for all of them.`,
    ];
  }
  const [code, sentence] = sentences[errorCode(cause) ?? '']?.() ?? [
    'AF_CANNOT_LISTEN',
    `Port ${port} on ${host} could not be opened (${reasonOf(cause)}): try another address with --listen, or ${remedy}.`,
  ];
  return new ListenError(code, sentence, cause);
}

export function unixListenError(cause: unknown, path: string): ListenError {
  const remedy = `${OTHER_SERVER_NUMBER}, or do without this door with --no-unix-socket`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(cause) ?? '')) {
    return new ListenError(
      'AF_PERMISSION_DENIED',
      `The socket ${path} may not be made or replaced by this user, because it or its folder belongs to another one: have it removed, or ${remedy}.`,
      cause,
    );
  }
  return new ListenError(
    'AF_CANNOT_LISTEN',
    `The socket ${path} could not be opened (${reasonOf(cause)}): ${remedy}.`,
    cause,
  );
}

export function unixSocketInUse(path: string): ListenError {
  return new ListenError(
    'AF_ADDRESS_IN_USE',
    `The socket ${path} is held by ${holderInWords(unixSocketHolder(path))}, which answers there: stop it, or ${OTHER_SERVER_NUMBER}.`,
  );
}

export function notASocket(path: string): ListenError {
  return new ListenError(
    'AF_NOT_A_SOCKET',
    `${path} is where the socket belongs, but something else is there and is not touched: remove it, or ${OTHER_SERVER_NUMBER}.`,
  );
}
