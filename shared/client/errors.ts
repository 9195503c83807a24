// What goes wrong for a client: an error that the server answers one request with, and the end of the
// whole connection. Every message says what happened, what it means and what to do.
import { type ErrorName, errorNamed, errors, ProtocolError } from '#shared/protocol/errors';
import { refusals } from '#shared/protocol/setup';
import type { ErrorPacket } from '#shared/wire/packet-codec';

const advice: Readonly<Record<ErrorName, string>> = {
  BadRequest: 'This server is older or smaller: do without the request.',
  BadValue: 'Ask for the range first, such as the limits of a gain or the number of inputs.',
  BadAtom: 'Intern the name on this connection first.',
  BadMatch:
    "Use the context's encoding and the device's channel count, or the property's type and format.",
  BadAccess: 'Do it from the machine that the server runs on.',
  BadAlloc: 'Free contexts that are not needed, or try again later.',
  BadAC: 'Create the context first, and do not use it after freeing it.',
  BadIDChoice: 'Let the connection choose the id.',
  BadName: 'Look at the spelling.',
  BadLength: 'Send less at once.',
  BadImplementation: 'Send whole units, or do without what the server lacks.',
  BadDevice: "Choose another device from the connection's list.",
};

/** Only these always tell what they complain of; others repeat what an earlier error left there. */
const tellsValue: ReadonlySet<ErrorName> = new Set(['BadAC', 'BadIDChoice', 'BadAtom']);

/** The server's answer to one request. The connection and all other requests go on. */
export class AudioFileError extends Error {
  /** The number on the wire. */
  readonly code: number;
  /** Undefined for an extension's errors. */
  readonly errorName: ErrorName | undefined;
  /** The id or number that it complains of; left over from an earlier error for many kinds. */
  readonly value: number;
  /** The name of the request that failed. */
  readonly request: string;
  readonly majorOpcode: number;
  readonly minorOpcode: number;

  constructor(request: string, packet: ErrorPacket) {
    const errorName = errorNamed(packet.code);
    super(describe(request, packet, errorName));
    this.name = 'AudioFileError';
    this.code = packet.code;
    this.errorName = errorName;
    this.value = packet.value;
    this.request = request;
    this.majorOpcode = packet.majorOpcode;
    this.minorOpcode = packet.minorOpcode;
  }
}

function describe(request: string, packet: ErrorPacket, errorName: ErrorName | undefined): string {
  if (errorName === undefined) {
    return `The server refused ${request} with error ${packet.code}, which only its extension can explain.`;
  }
  const about = tellsValue.has(errorName) ? `, 0x${packet.value.toString(16)}` : '';
  return `The server refused ${request} (${errorName}${about}). ${errors[errorName].doc} ${advice[errorName]}`;
}

/** What a server did wrong, as the end of a sentence; it becomes a ConnectionError. */
export class PeerMistake extends Error {}

export type ConnectionErrorCode = 'refused' | 'notAudioFile' | 'malformed' | 'lost' | 'closed';

/** The end of a connection, which everything that was under way on it fails with. */
export class ConnectionError extends Error {
  readonly code: ConnectionErrorCode;

  private constructor(code: ConnectionErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConnectionError';
    this.code = code;
  }

  static refused(reason: string): ConnectionError {
    return new ConnectionError(
      'refused',
      `The AudioFile server refused the connection: "${reason}". ${refusalAdvice(reason)}`,
    );
  }

  static notAudioFile(cause?: unknown): ConnectionError {
    return new ConnectionError(
      'notAudioFile',
      'This is not an AudioFile server: what it answered is no set-up reply. Look at the host and the server number.',
      cause,
    );
  }

  static endedInSetup(cause?: unknown): ConnectionError {
    return new ConnectionError(
      'notAudioFile',
      'The other side closed the connection before it answered the set-up, so it is no AudioFile server, or one that ended just now. Look at the host and the server number.',
      cause,
    );
  }

  static malformed(cause: PeerMistake | ProtocolError): ConnectionError {
    const what =
      cause instanceof ProtocolError
        ? `a packet does not fit its own lengths and ranges (${cause.errorName}).`
        : cause.message;
    return new ConnectionError(
      'malformed',
      `The server sent what the protocol does not allow, so the connection was closed: ${what} Connect again, or use another server.`,
      cause,
    );
  }

  static lost(cause?: unknown): ConnectionError {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    return new ConnectionError(
      'lost',
      `The connection to the AudioFile server was lost${why}. What was under way may or may not have been done: connect again.`,
      cause,
    );
  }

  static closed(): ConnectionError {
    return new ConnectionError(
      'closed',
      'This connection was closed here, so nothing can be asked on it: connect again.',
    );
  }
}

const adviceByRefusal: Readonly<Record<string, string>> = {
  [refusals.version]: 'It speaks another version of the protocol than 3.0.',
  [refusals.notAuthorized]:
    'Give the cookie of its X authority file, or let its owner add this host to the list.',
  [refusals.tooManyClients]: 'Close another client, or try again later.',
};

function refusalAdvice(reason: string): string {
  return adviceByRefusal[reason] ?? "Ask the server's owner.";
}
