// What the gateway tells its owner while it runs: one line an event, for people to read.
import { type LogLevel, logLevels } from './config.ts';

type EventLevel = Exclude<LogLevel, 'silent'>;

/** What is known of an event, shown as `name=value`. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = Readonly<Record<EventLevel, (event: string, fields?: LogFields) => void>>;

export interface LogOptions {
  readonly level: LogLevel;
  /** Gets whole lines. */
  readonly write: (line: string) => void;
  /** The time of day that a line begins with. */
  readonly now: () => Date;
}

export function createLog({ level, write, now }: LogOptions): Log {
  const least = logLevels.indexOf(level);
  function logger(eventLevel: EventLevel): Log[EventLevel] {
    if (logLevels.indexOf(eventLevel) < least) return () => {};
    return (event, fields = {}) =>
      write(`${now().toISOString()} ${eventLevel.padEnd(5)} ${event}${inWords(fields)}\n`);
  }
  return {
    debug: logger('debug'),
    info: logger('info'),
    warn: logger('warn'),
    error: logger('error'),
  };
}

/** The log of a process that runs as a server. */
export function stderrLog(level: LogLevel): Log {
  return createLog({
    level,
    write: (line) => process.stderr.write(line),
    now: () => new Date(),
  });
}

function inWords(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${plain(String(value))}`)
    .join('');
}

/** Peers choose some values: none may forge a line or be mistaken for another field. */
function plain(value: string): string {
  if (/^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value).replace(/\p{Cc}|\p{Zl}|\p{Zp}/gu, '?');
}
