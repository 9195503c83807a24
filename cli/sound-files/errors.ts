// What people are told when a sound file cannot be used: a stable code, and a sentence that says what
// was found, what it means and what to do.

export type SoundFileErrorCode =
  | 'empty'
  | 'unknown-kind'
  | 'foreign-kind'
  | 'truncated-header'
  | 'broken-header'
  | 'unsupported-encoding'
  | 'cannot-hold'
  | 'not-found'
  | 'is-directory'
  | 'not-permitted'
  | 'disk-full'
  | 'closed-pipe'
  | 'unreadable'
  | 'unwritable';

export class SoundFileError extends Error {
  readonly code: SoundFileErrorCode;

  constructor(code: SoundFileErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SoundFileError';
    this.code = code;
  }
}

/** Something that the listener should know although the sound is delivered. */
export interface SoundWarning {
  readonly code: 'truncated' | 'partial-frame';
  readonly message: string;
}

/** A file's name as it may be put on a terminal: no control characters. */
export function shownName(path: string): string {
  return [...path].map((c) => (isControl(c) ? '?' : c)).join('');
}

function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/** The first bytes of a file, in letters where they are letters. */
export function shownBytes(bytes: Uint8Array): string {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (isText) return JSON.stringify(String.fromCharCode(...bytes));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** How to get the same sound in a form that can be read; `path` is undefined for a stream. */
export function conversionAdvice(path: string | undefined): string {
  const input = path === undefined ? '-' : shellWord(path);
  return `convert it, for example: ffmpeg -i ${input} -f wav - | af play -`;
}

function shellWord(path: string): string {
  const shown = shownName(path);
  return /^[\w./+:@%-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

const broken = (name: string, found: string) =>
  new SoundFileError(
    'broken-header',
    `${name} ${found}: its header is broken, so that the sound cannot be found in it; ` +
      'get it again from where it came, or read its bytes as raw samples by naming their encoding.',
  );

export const soundFileErrors = {
  broken,

  empty: (name: string) =>
    new SoundFileError(
      'empty',
      `${name} is empty: nothing was ever written to it; look at the program that should have made it.`,
    ),

  unknownKind: (name: string, firstBytes: Uint8Array) =>
    new SoundFileError(
      'unknown-kind',
      `${name} begins with ${shownBytes(firstBytes)}, which is neither a WAV nor an AU file: ` +
        'if these are bare samples, say so by naming their encoding, rate and channels ' +
        '(af play --encoding, --rate, --channels).',
    ),

  foreignKind: (name: string, kind: string, path: string | undefined) =>
    new SoundFileError(
      'foreign-kind',
      `${name} is ${kind}, which is not decoded here: ${conversionAdvice(path)}`,
    ),

  truncatedHeader: (name: string, byteCount: number, missing: string) =>
    new SoundFileError(
      'truncated-header',
      `${name} ends after ${byteCount} bytes, before ${missing}: it was cut off within its header ` +
        'and holds no sound; get it again from where it came.',
    ),

  headerTooLong: (name: string, byteCount: number, bound: number) =>
    broken(
      name,
      `claims ${byteCount} bytes before its first sample (at most ${bound} are accepted)`,
    ),

  outOfBounds: (name: string, what: string, found: number, bound: number) =>
    broken(name, `claims ${found} ${what} (1 to ${bound} are possible)`),

  blockMismatch: (name: string, blockAlign: number, channelCount: number, bits: number) =>
    broken(
      name,
      `claims ${blockAlign} bytes a frame, but ${channelCount} channels of ${bits} bits make ` +
        `${channelCount * Math.ceil(bits / 8)}`,
    ),

  unsupported: (name: string, what: string, path: string | undefined) =>
    new SoundFileError(
      'unsupported-encoding',
      `${name} holds ${what}, which is not decoded here: ${conversionAdvice(path)}`,
    ),

  noUnit: (name: string, encoding: string) =>
    new SoundFileError(
      'unsupported-encoding',
      `${name} would hold ${encoding}, which AudioFile names but gives no unit of length: ` +
        'choose another encoding.',
    ),

  notAFile: (name: string) =>
    new SoundFileError(
      'unwritable',
      `${name} is not a regular file, so that nothing in it can be repaired: name a file.`,
    ),

  cannotHold: (container: string, what: string, choices: readonly string[]) =>
    new SoundFileError(
      'cannot-hold',
      `${container} file cannot hold ${what}: choose ${choices.join(', ')}, or another kind of file.`,
    ),
};

type Doing = 'reading' | 'writing' | 'repairing';

const systemErrors: Readonly<Record<string, readonly [SoundFileErrorCode, string]>> = {
  ENOENT: ['not-found', 'there is no such file or folder; look at how its name is spelled'],
  EEXIST: ['unwritable', 'there is a file of that name already; name another'],
  ENOTDIR: ['not-found', 'a part of its path is a file, not a folder; look at how it is spelled'],
  EISDIR: ['is-directory', 'it is a folder; name a file in it'],
  EACCES: ['not-permitted', 'its permissions forbid it; change them, or name another file'],
  EPERM: ['not-permitted', 'the system forbids it; name another file'],
  EROFS: ['not-permitted', 'the file system is read-only; name a file elsewhere'],
  ENOSPC: ['disk-full', 'the disk is full; what was written before is kept; make room'],
  EDQUOT: ['disk-full', 'your quota is used up; what was written before is kept; make room'],
  EFBIG: [
    'disk-full',
    'the file may not become any larger (ulimit -f); what was written before is kept',
  ],
  EPIPE: ['closed-pipe', 'the program behind the pipe has stopped reading'],
  ERR_STREAM_DESTROYED: ['closed-pipe', 'the program behind the pipe has stopped reading'],
  ERR_STREAM_WRITE_AFTER_END: ['closed-pipe', 'the stream has been ended'],
};

/** Turns what the system reported into something to read; our own errors pass unchanged. */
export function fromSystemError(error: unknown, name: string, doing: Doing): Error {
  if (error instanceof SoundFileError) return error;
  const reported = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in reported ? String(reported.code) : '';
  const [kind, sentence] = systemErrors[code] ?? [
    doing === 'reading' ? 'unreadable' : 'unwritable',
    `the system reports: ${reported.message}`,
  ];
  return new SoundFileError(kind, `${doing} ${name} failed: ${sentence}.`, error);
}
