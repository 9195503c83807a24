// Connecting to a server by its name.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteStream } from '#shared/client/byte-stream';
import { AUDIOFILE_BASE_PORT } from './addresses.ts';
import { errorCode, reasonOf } from './error-code.ts';
import { nodeStream } from './node-stream.ts';
import {
  type ChosenServers,
  chooseServers,
  type NameEnvironment,
  parseServerName,
  type ServerAddress,
} from './server-name.ts';

export interface DialOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often to try again when nobody listens, because servers and programs start together. */
  readonly retries?: number | undefined;
  readonly retryDelayMs?: number | undefined;
  /** Where UNIX sockets are, if not where they always were. */
  readonly unixSocketFolder?: string | undefined;
  readonly environment?: NameEnvironment | undefined;
  /** What is tried, in turn, where nobody names a server, if not server 0 of this machine. */
  readonly usualServers?: readonly string[] | undefined;
  /** Waits between two tries; for tests. */
  readonly wait?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface Dialed {
  readonly stream: ByteStream;
  readonly address: ServerAddress;
  /** The far end's address; undefined over a UNIX socket. */
  readonly remoteAddress: string | undefined;
}

/** No connection; the message says what happened, what it means and what to do. */
export class DialError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'DialError';
    this.code = code;
  }
}

/** As the original library does (original.md 1). */
const DEFAULT_RETRIES = 5;
const DEFAULT_RETRY_DELAY_MS = 1_000;
/** Who only waits for events learns in this way that the server's machine is gone. */
const KEEP_ALIVE_MS = 60_000;

/** The name defaults to AUDIOFILE and DISPLAY of the environment, and where there is none to server 0 here. */
export async function dialAudioFile(name?: string, options: DialOptions = {}): Promise<Dialed> {
  const environment = options.environment ?? process.env;
  const chosen = chooseServers(name, environment, options.usualServers);
  const addresses = chosen.names.map((each) =>
    parseServerName(each, { ...options, variable: chosen.variable }),
  );
  const { socket, address } = await connectWithRetries(addresses, chosen, options);
  return { stream: nodeStream(socket), address, remoteAddress: socket.remoteAddress };
}

interface Connected {
  readonly socket: Socket;
  readonly address: ServerAddress;
}

interface Refusal {
  readonly address: ServerAddress;
  readonly error: unknown;
}

async function connectWithRetries(
  addresses: readonly ServerAddress[],
  chosen: ChosenServers,
  options: DialOptions,
): Promise<Connected> {
  const { signal, retries = DEFAULT_RETRIES, wait = waitFor } = options;
  for (let tries = 0; ; tries += 1) {
    const refusals: Refusal[] = [];
    for (const address of addresses) {
      try {
        return { socket: await connectOnce(address, signal), address };
      } catch (error) {
        signal?.throwIfAborted();
        refusals.push({ address, error });
      }
    }
    if (tries >= retries || !refusals.some(isWorthRetrying)) throw explain(refusals, chosen);
    await wait(options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS, signal);
    signal?.throwIfAborted();
  }
}

async function waitFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(delayMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}

function connectOnce(address: ServerAddress, signal: AbortSignal | undefined): Promise<Socket> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Requests are small and somebody waits for each.
    const socket =
      address.kind === 'tcp'
        ? connect({
            host: address.host,
            port: address.port,
            noDelay: true,
            keepAlive: true,
            keepAliveInitialDelay: KEEP_ALIVE_MS,
          })
        : connect({ path: address.path });
    const stop = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    const fail = (error: Error): void => {
      signal?.removeEventListener('abort', stop);
      reject(error);
    };
    signal?.addEventListener('abort', stop);
    socket.once('error', fail);
    socket.once('connect', () => {
      signal?.removeEventListener('abort', stop);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function codeOf(error: unknown): string {
  return errorCode(error) ?? 'unknown';
}

function isWorthRetrying({ address, error }: Refusal): boolean {
  const code = codeOf(error);
  return code === 'ECONNREFUSED' || (address.kind === 'unix' && code === 'ENOENT');
}

const explanations: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'nobody listens there, so the server is not running or has another number. Start it, or look at the number.',
  ENOENT:
    'there is no such socket, so no server of that number runs here. Start it, or look at the number.',
  EACCES: 'this user may not open the socket. Let the server run as the same user, or use host:N.',
  ENOTFOUND: 'no such host is known. Look at the spelling.',
  EAI_AGAIN:
    'the name of the host could not be looked up. Look at the network, or use its address.',
  EHOSTUNREACH: 'there is no way to that host. Look at the network.',
  ENETUNREACH: 'there is no way to that network. Look at the network.',
  ETIMEDOUT: 'the host does not answer, so it is off or a firewall is between. Look at both.',
};

/** The same in few words, where several were tried. */
const briefly: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
  EACCES: 'this user may not open it',
};

function explain(refusals: readonly Refusal[], { variable }: ChosenServers): DialError {
  const [first, ...others] = refusals;
  if (first !== undefined && others.length === 0) return explainOne(first, variable);
  const tried = refusals.map(
    ({ address, error }) => `${whereIs(address)} (${briefly[codeOf(error)] ?? reasonOf(error)})`,
  );
  const last = refusals.at(-1)?.error;
  return new DialError(
    codeOf(last),
    `No AudioFile server answers on this machine, at ${tried.join(' or ')}, and no other was named. Start the gateway ("af serve"), or give the name of a server, such as :1 or host:0, or set AUDIOFILE to it.`,
    last,
  );
}

function explainOne({ address, error }: Refusal, variable: ChosenServers['variable']): DialError {
  const code = codeOf(error);
  const why = explanations[code] ?? `${reasonOf(error)}.`;
  const origin = variable === undefined ? '' : `from ${variable}; `;
  const advice = [why, ...portAdvice(address, code), ...displayAdvice(variable)].join(' ');
  return new DialError(
    code,
    `Could not connect to the AudioFile server "${address.name}" (${origin}${whereIs(address)}): ${advice}`,
    error,
  );
}

/** Servers have small numbers: one in this range above AudioFile's port is meant as a port. */
const LIKELY_NUMBERS = 100;

function portAdvice({ kind, name, numberText }: ServerAddress, code: string): string[] {
  const number = Number(numberText) - AUDIOFILE_BASE_PORT;
  const isPort = kind === 'tcp' && number >= 0 && number < LIKELY_NUMBERS;
  if (!isPort || code !== 'ECONNREFUSED') return [];
  return [
    `That number is no port: at port ${numberText} is the server "${name.replace(/:\d+/, `:${number}`)}".`,
  ];
}

function displayAdvice(variable: ChosenServers['variable']): string[] {
  if (variable !== 'DISPLAY') return [];
  return ['If DISPLAY is only for X, set AUDIOFILE, to :0 for the gateway here.'];
}

function whereIs(address: ServerAddress): string {
  return address.kind === 'tcp' ? `${address.host} port ${address.port}` : address.path;
}
