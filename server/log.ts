// What the gateway tells its owner while it runs: one line an event. Programs get JSON (pino); people at a
// terminal get the same in words. A line that concerns a client, a page or a request says which.
import pino from 'pino';
import { type LogFormat, type LogLevel, logLevels } from './config.ts';

type EventLevel = Exclude<LogLevel, 'silent'>;

/** What is known of an event. `client`, `page` and `request` are the numbers that /api and answers show. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = Readonly<Record<EventLevel, (event: string, fields?: LogFields) => void>>;

export interface LogOptions {
  readonly level: LogLevel;
  readonly format?: Exclude<LogFormat, 'auto'>;
  /** Gets whole lines. */
  readonly write: (line: string) => void;
  /** The time of day that a line begins with. */
  readonly now: () => Date;
}

export function createLog(options: LogOptions): Log {
  return options.format === 'json' ? jsonLog(options) : textLog(options);
}

/** The log of a process that runs as a server. */
export function stderrLog(level: LogLevel, format: LogFormat): Log {
  const automatic = process.stderr.isTTY ? 'text' : 'json';
  return createLog({
    level,
    format: format === 'auto' ? automatic : format,
    write: (line) => process.stderr.write(line),
    now: () => new Date(),
  });
}

/** The field `reason` of an event that an error brought about. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function jsonLog({ level, write, now }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const at =
    (eventLevel: EventLevel) =>
    (event: string, fields: LogFields = {}) =>
      logger[eventLevel](fields, event);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function textLog({ level, write, now }: LogOptions): Log {
  const least = logLevels.indexOf(level);
  function at(eventLevel: EventLevel): Log[EventLevel] {
    if (logLevels.indexOf(eventLevel) < least) return () => {};
    return (event, fields = {}) =>
      write(`${now().toISOString()} ${eventLevel.padEnd(5)} ${event}${inWords(fields)}\n`);
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
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
