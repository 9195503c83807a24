// Connecting to a server by its name.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteStream } from '#shared/client/byte-stream';
import { errorCode } from './error-code.ts';
import { nodeStream } from './node-stream.ts';
import {
  chooseServerName,
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

/** The name defaults to AUDIOFILE and DISPLAY of the environment. */
export async function dialAudioFile(name?: string, options: DialOptions = {}): Promise<Dialed> {
  const chosen = chooseServerName(name, options.environment ?? process.env);
  const address = parseServerName(chosen, options.unixSocketFolder);
  const socket = await connectWithRetries(address, options);
  return { stream: nodeStream(socket), address, remoteAddress: socket.remoteAddress };
}

async function connectWithRetries(address: ServerAddress, options: DialOptions): Promise<Socket> {
  const { signal, retries = DEFAULT_RETRIES, wait = waitFor } = options;
  for (let tries = 0; ; tries += 1) {
    try {
      return await connectOnce(address, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (tries >= retries || !isWorthRetrying(address, error)) throw explain(address, error);
    }
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

function isWorthRetrying({ kind }: ServerAddress, error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ECONNREFUSED' || (kind === 'unix' && code === 'ENOENT');
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

function explain(address: ServerAddress, error: unknown): DialError {
  const where = address.kind === 'tcp' ? `${address.host} port ${address.port}` : address.path;
  const code = errorCode(error) ?? 'unknown';
  const why = explanations[code] ?? `${error instanceof Error ? error.message : error}.`;
  return new DialError(
    code,
    `Could not connect to the AudioFile server "${address.name}" (${where}): ${why}`,
    error,
  );
}
