// What the first bytes that a listener sends say about it.

export interface Greeting {
  /** As in "This is ...". */
  readonly what: string;
  /** Its first line, where it is text. */
  readonly line: string | undefined;
}

const MAX_LINE = 80;

const kinds: readonly { readonly starts: RegExp; readonly what: string }[] = [
  { starts: /^SSH-/, what: 'an SSH server' },
  { starts: /^HTTP\//, what: 'an HTTP server' },
  { starts: /^<(!doctype|html)/i, what: 'an HTTP server' },
  { starts: /^RFB \d/, what: 'a VNC server' },
  { starts: /^220[ -].*smtp/i, what: 'a mail server (SMTP)' },
  { starts: /^220[ -].*ftp/i, what: 'an FTP server' },
  { starts: /^220[ -]/, what: 'a mail or FTP server' },
  { starts: /^\* OK/, what: 'a mail server (IMAP)' },
  { starts: /^\+OK/, what: 'a mail server (POP3)' },
  { starts: /^-ERR/, what: 'a Redis server, or one like it' },
];

type Bytes = readonly number[];

const binaryKinds: readonly { readonly is: (bytes: Bytes) => boolean; readonly what: string }[] = [
  // An alert or a handshake of TLS, and the first byte of its version.
  {
    is: ([kind = 0, version]) => (kind === 0x15 || kind === 0x16) && version === 3,
    what: 'a TLS server (HTTPS or another)',
  },
  // A refusal in the form that AudioFile took over from X, by version 11 instead of 3.
  {
    is: ([accepted, , low = 0, high = 0]) => accepted === 0 && low + high === 11,
    what: 'an X Window System server',
  },
  {
    is: ([accepted, , major]) => accepted === 1 && major === 3,
    what: 'something that begins like AudioFile and does not go on',
  },
  { is: ([command, option = 0]) => command === 0xff && option >= 0xfb, what: 'a telnet server' },
];

/** Undefined for no bytes. The bytes are as text, one character each. */
export function readGreeting(bytes: string): Greeting | undefined {
  if (bytes === '') return undefined;
  const numbers = [...Buffer.from(bytes, 'latin1')];
  const known =
    kinds.find(({ starts }) => starts.test(bytes)) ?? binaryKinds.find(({ is }) => is(numbers));
  return { what: known?.what ?? 'something else', line: firstLine(bytes) };
}

function firstLine(bytes: string): string | undefined {
  const [line = ''] = bytes.split(/\r?\n/, 1);
  if (line === '' || /[^\x20-\x7e]/.test(line)) return undefined;
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}
