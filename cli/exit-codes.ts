// How `af` ends: the numbers that it leaves to scripts.

export interface ExitCode {
  readonly number: number;
  readonly meaning: string;
}

export const exitCodes = {
  ok: { number: 0, meaning: 'It was done, or whoever read the output had enough.' },
  failed: { number: 1, meaning: 'It failed: a file, a full disk, something unexpected.' },
  usage: {
    number: 2,
    meaning: 'The command line is wrong: an option, a value, a device or a server name.',
  },
  noConnection: { number: 3, meaning: 'No AudioFile server answered there.' },
  refused: { number: 4, meaning: 'The server refused the connection or what was asked of it.' },
  serverGone: { number: 5, meaning: 'The server went away, or broke the protocol, in the middle.' },
  hungUp: { number: 129, meaning: 'The terminal went away (SIGHUP).' },
  interrupted: { number: 130, meaning: 'Ctrl-C ended it before it was done (SIGINT).' },
  terminated: { number: 143, meaning: 'Another program ended it (SIGTERM).' },
} as const satisfies Record<string, ExitCode>;

export type ExitName = keyof typeof exitCodes;
