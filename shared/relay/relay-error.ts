// What can be wrong with a message between gateway and page, as people should hear it.

export type RelayErrorCode = 'malformed' | 'version' | 'refused' | 'forbidden' | 'numberTaken';

export class RelayError extends Error {
  readonly code: RelayErrorCode;

  private constructor(code: RelayErrorCode, message: string) {
    super(message);
    this.name = 'RelayError';
    this.code = code;
  }

  static malformed(why: string): RelayError {
    return new RelayError('malformed', `A message of the relay makes no sense: ${why}.`);
  }

  static version(version: number): RelayError {
    return new RelayError(
      'version',
      `The other side speaks version ${version} of the relay, and this side does not: reload the page, or update whichever is older.`,
    );
  }

  static refused(why: string): RelayError {
    return new RelayError('refused', why);
  }

  /** The page's role lacks the right to it. */
  static forbidden(why: string): RelayError {
    return new RelayError('forbidden', why);
  }

  static numberTaken(number: string, owner: string): RelayError {
    const whose = owner === '' ? 'another page' : `the page “${owner}”`;
    return new RelayError(
      'numberTaken',
      `The telephone number ${number} is that of ${whose}: choose another.`,
    );
  }
}
