// A connection that outlives its server: when it is lost, the command waits for the server and goes on.
//
//   connected ──lost──▶ waiting ──answered──▶ connected
//                          │
//                          └── for too long, stopped, or ended on purpose ──▶ the command fails
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command as CommanderCommand } from 'commander';
import { type Connection, ConnectionError } from '#shared/client/index';
import type { CommandContext } from './command.ts';
import { CommandError, failureOf } from './errors.ts';
import { isSameClock, type Moment } from './sound/asked-time.ts';
import { parseDuration } from './values.ts';

export interface RetryOption {
  /** In seconds. */
  readonly retryFor: number;
}

const DEFAULT_RETRY_SECONDS = 60;

export function addRetry(command: CommanderCommand): CommanderCommand {
  return command.option(
    '--retry-for <time>',
    'how long to wait for a server that went away; 0 ends at once',
    parseDuration,
    DEFAULT_RETRY_SECONDS,
  );
}

/** Between two tries to connect. */
const RETRY_EVERY_MS = 250;
/** One try takes no longer: a way that swallows everything may have changed meanwhile. */
const TRY_LIMIT_MS = 5_000;
/** A server that leaves a question unanswered while two more should have been is gone. */
const ASK_EVERY_MS = 5_000;
const MOST_UNANSWERED = 2;

/** What tells a server from its successor. */
interface ServerMoment extends Moment {
  readonly rateHz: number;
}

export interface Reconnection {
  /** Its devices' times and sound went on, and so did whatever it was set to. */
  readonly isSameServer: boolean;
  /** When the old connection ended, on the clock of `performance.now()`. */
  readonly lostAtMs: number;
}

export interface LastingOptions {
  /** The usual one unless given. */
  readonly serverName?: string | undefined;
  readonly retryForSeconds: number;
  /** How often a sign of life is asked for, so that a way that swallows everything is noticed. */
  readonly askEveryMs?: number;
}

export class LastingConnection {
  connection: Connection;
  readonly #context: CommandContext;
  readonly #options: LastingOptions;
  /** Asked for beside what the connection is opened for, which does not wait for it. */
  #moment: Promise<ServerMoment | undefined>;
  #endedAtMs: number | undefined;

  /** Use `openLasting`. */
  constructor(context: CommandContext, options: LastingOptions, connection: Connection) {
    this.#context = context;
    this.#options = options;
    this.connection = connection;
    this.#moment = momentOf(connection).catch(() => undefined);
    this.#watch(connection);
  }

  /**
   * To be called with what work on the connection failed with. Throws it again unless the connection was
   * lost; otherwise resolves when there is a new one, at once where this one is well (several may be in use).
   */
  async reconnect(error: unknown): Promise<Reconnection> {
    this.#context.signal.throwIfAborted();
    if (!isLoss(error)) throw error;
    // Whoever waits for the end of the connection is told after those who wait for answers.
    await new Promise(setImmediate);
    const lostAtMs = this.#endedAtMs;
    if (lostAtMs === undefined) return { isSameServer: true, lostAtMs: performance.now() };
    const { retryForSeconds } = this.#options;
    if (retryForSeconds === 0) throw error;
    const isOrderly = error.cause === undefined && error.code === 'lost';
    this.#context.note(`The server went away; waiting for it for ${retryForSeconds} s at most.`);
    const { connection, moment, tryCount } = await this.#untilConnected(lostAtMs);
    const isSameServer = isContinued(await this.#moment, moment);
    if (isOrderly && isSameServer && tryCount === 1) throw endedOnPurpose();
    this.connection = connection;
    this.#moment = Promise.resolve(moment);
    this.#endedAtMs = undefined;
    this.#watch(connection);
    const awaySeconds = (performance.now() - lostAtMs) / 1_000;
    this.#context.note(`Connected again after ${awaySeconds.toFixed(1)} s.`);
    return { isSameServer, lostAtMs };
  }

  /** The same, with what is opened on the new connection; that may be lost again meanwhile. */
  async reopen<Opened>(
    error: unknown,
    open: (connection: Connection) => Promise<Opened>,
  ): Promise<{ readonly opened: Opened; readonly lostAtMs: number }> {
    const { lostAtMs } = await this.reconnect(error);
    try {
      return { opened: await open(this.connection), lostAtMs };
    } catch (laterError) {
      const { opened } = await this.reopen(laterError, open);
      return { opened, lostAtMs };
    }
  }

  async #untilConnected(lostAtMs: number) {
    const { signal } = this.#context;
    const { serverName, retryForSeconds } = this.#options;
    const endMs = lostAtMs + 1_000 * retryForSeconds;
    for (let tryCount = 1; ; tryCount += 1) {
      const leftMs = Math.max(1, Math.ceil(endMs - performance.now()));
      const limit = AbortSignal.timeout(Math.min(leftMs, TRY_LIMIT_MS));
      try {
        const options = { signal: AbortSignal.any([signal, limit]), retries: 0 };
        const connection = await this.#context.connect(serverName, options);
        return { connection, moment: await momentOf(connection), tryCount };
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error) && !limit.aborted) throw error;
        const why = limit.aborted ? undefined : failureOf(error).sentence;
        if (performance.now() + RETRY_EVERY_MS > endMs) throw gaveUp(retryForSeconds, why);
      }
      await sleep(RETRY_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** Notes the end of a connection, and makes it end when nothing comes any more. */
  #watch(connection: Connection): void {
    const { askEveryMs = ASK_EVERY_MS } = this.#options;
    let unansweredCount = 0;
    const timer = setInterval(() => {
      if (unansweredCount >= MOST_UNANSWERED) connection.abort();
      unansweredCount += 1;
      connection.sync().then(
        () => {
          unansweredCount = 0;
        },
        () => {},
      );
    }, askEveryMs);
    timer.unref();
    connection.ended.then(() => {
      clearInterval(timer);
      if (connection === this.connection) this.#endedAtMs = performance.now();
    });
  }
}

/** The first try fails like that of any command. */
export async function openLasting(
  context: CommandContext,
  options: LastingOptions,
): Promise<LastingConnection> {
  return new LastingConnection(context, options, await context.connect(options.serverName));
}

/** What the work of a command may know of the connection it is done on. */
export interface Link {
  readonly connection: Connection;
  /** Undefined on the first connection. */
  readonly again: Reconnection | undefined;
}

/** Does the work, and does it again on a new connection whenever the connection was lost in the middle. */
export async function withLasting(
  context: CommandContext,
  options: LastingOptions,
  work: (link: Link) => Promise<void>,
): Promise<void> {
  const lasting = await openLasting(context, options);
  for (let again: Reconnection | undefined; ; ) {
    try {
      return await work({ connection: lasting.connection, again });
    } catch (error) {
      again = await lasting.reconnect(error);
    }
  }
}

/** `closed`, because a connection that does not answer any more is ended here. */
function isLoss(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && (error.code === 'lost' || error.code === 'closed');
}

/** Whether it may go better later: nobody answers, or whoever does is not ready yet. */
function isPassing(error: unknown): boolean {
  return isLoss(error) || ['noConnection', 'refused'].includes(failureOf(error).exit);
}

function gaveUp(retryForSeconds: number, why = 'It did not answer in time.'): CommandError {
  return new CommandError(
    'serverGone',
    `The server went away, and was not back within ${retryForSeconds} s. The last try: ${why}`,
  );
}

function endedOnPurpose(): CommandError {
  return new CommandError(
    'serverGone',
    'The server ended this connection and goes on itself: somebody disconnected it, or it did not keep up. Start the command again if that was not meant.',
  );
}

async function momentOf(connection: Connection): Promise<ServerMoment | undefined> {
  const [device] = connection.devices;
  if (device === undefined) return undefined;
  try {
    const context = await connection.createContext(device);
    const time = await context.getTime();
    const moment = { time, rateHz: device.playRateHz, atMs: performance.now() };
    context.free().catch(() => {});
    return moment;
  } catch (error) {
    // A device that is gone tells nothing; a connection that is lost is noticed by whoever uses it.
    if (error instanceof ConnectionError) throw error;
    return undefined;
  }
}

function isContinued(before: ServerMoment | undefined, after: ServerMoment | undefined): boolean {
  if (before === undefined || after?.rateHz !== before.rateHz) return false;
  return isSameClock(before, after, after.rateHz);
}
