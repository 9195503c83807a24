// Looks at one port or UNIX socket: is there an AudioFile server, and if not, what else? Every step has an
// end in time, and nothing is sent that could do harm: the AudioFile set-up, then at most an HTTP request.
import { connect, type Socket } from 'node:net';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
import { nodeStream } from '#server/transport/node-stream';
import { holderInWords, tcpPortHolder, unixSocketHolder } from '#server/transport/socket-holder';
import { findCookie, readAuthority, tcpTarget, unixTarget } from '#server/transport/xauthority';
import {
  type Authorization,
  type Connection,
  ConnectionError,
  connectAudioFile,
} from '#shared/client/index';
import { listDevices } from '../devices.ts';
import { readGreeting } from './probe-greeting.ts';
import { hearingStream } from './probe-stream.ts';
import { isLoopback, type ProbeTarget } from './probe-target.ts';

export interface ProbeOptions {
  /** The longest that each step takes: connecting, AudioFile's set-up, its answers, an HTTP request. */
  readonly timeoutMs: number;
  readonly authorityFile: string;
  readonly signal: AbortSignal;
}

export interface AudioFileFacts {
  readonly vendor: string;
  readonly release: number;
  readonly extensions: readonly string[];
  readonly devices: readonly { readonly number: number; readonly name: string | undefined }[];
  /** The least of a few. */
  readonly roundTripMs: number;
}

export type Finding =
  | ({ readonly found: 'audioFile' } & AudioFileFacts)
  /** An AudioFile server that does not let this program in. */
  | { readonly found: 'refusal'; readonly reason: string }
  | { readonly found: 'other'; readonly what: string; readonly line: string | undefined }
  /** It took the connection and said nothing, or ended it. */
  | { readonly found: 'silence' | 'closing' }
  /** There was no connection. */
  | { readonly found: 'nothing' | 'noAnswer' | 'noHost' | 'notAllowed'; readonly code: string };

export interface ProbeResult {
  readonly finding: Finding;
  /** Who listens, where this machine knows. */
  readonly holder: string | undefined;
}

const ROUND_TRIPS = 5;

/** Rejects only with the signal's reason. */
export async function probeListener(
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const opened = await openSocket(target, options);
  if ('found' in opened) return { finding: opened, holder: undefined };
  const { remoteAddress, localAddress } = opened;
  const finding = await askAudioFile(opened, target, options);
  const isLocal =
    remoteAddress === undefined || remoteAddress === localAddress || isLoopback(remoteAddress);
  return { finding, holder: isLocal ? holderOf(target) : undefined };
}

function holderOf(target: ProbeTarget): string | undefined {
  const holder = target.kind === 'tcp' ? tcpPortHolder(target.port) : unixSocketHolder(target.path);
  return holder && holderInWords(holder);
}

const findingsByCode: Readonly<Record<string, 'nothing' | 'noHost' | 'notAllowed'>> = {
  ECONNREFUSED: 'nothing',
  ENOENT: 'nothing',
  // A file that is no socket.
  ENOTSOCK: 'nothing',
  ENOTFOUND: 'noHost',
  EAI_AGAIN: 'noHost',
  EACCES: 'notAllowed',
  EPERM: 'notAllowed',
};

async function openSocket(target: ProbeTarget, options: ProbeOptions): Promise<Socket | Finding> {
  options.signal.throwIfAborted();
  const signal = withTimeout(options);
  return new Promise((resolve, reject) => {
    const socket = connect(
      target.kind === 'unix' ? { path: target.path } : { host: target.host, port: target.port },
    );
    const stop = (): void => {
      socket.destroy();
      if (options.signal.aborted) reject(options.signal.reason);
      else resolve({ found: 'noAnswer', code: 'ETIMEDOUT' });
    };
    signal.addEventListener('abort', stop);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      const code = error.code ?? 'unknown';
      resolve({ found: findingsByCode[code] ?? 'noAnswer', code });
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function withTimeout({ signal, timeoutMs }: ProbeOptions): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/**
 * Asks without a cookie first: a cookie is a secret, which only somebody who asks for it in AudioFile's
 * own words gets to see.
 */
async function askAudioFile(
  socket: Socket,
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<Finding> {
  const remoteAddress = socket.remoteAddress;
  const first = await setUp(socket, options);
  if (first.found === 'refusal') {
    const authorization = await cookieFor(target, remoteAddress, options.authorityFile);
    const again = authorization && (await openSocket(target, options));
    if (again && !('found' in again)) return setUp(again, options, authorization);
  }
  if (first.found !== 'silence' && first.found !== 'closing') return first;
  return (await askHttp(target, options)) ?? first;
}

async function cookieFor(
  target: ProbeTarget,
  remoteAddress: string | undefined,
  authorityFile: string,
): Promise<Authorization | undefined> {
  const entries = await readAuthority(authorityFile);
  if (target.kind === 'unix') return findCookie(entries, unixTarget(target.numberText));
  const number = String(target.port - AUDIOFILE_BASE_PORT);
  return remoteAddress === undefined
    ? undefined
    : findCookie(entries, tcpTarget(remoteAddress, number));
}

async function setUp(
  socket: Socket,
  options: ProbeOptions,
  authorization?: Authorization,
): Promise<Finding> {
  const { stream, heard } = hearingStream(nodeStream(socket));
  try {
    const signal = withTimeout(options);
    const connection = await connectAudioFile(stream, { signal, authorization });
    return await factsOf(connection, options);
  } catch (error) {
    options.signal.throwIfAborted();
    return findingOf(error, heard());
  } finally {
    socket.destroy();
  }
}

function findingOf(error: unknown, heard: string): Finding {
  const isRefusal = error instanceof ConnectionError && error.code === 'refused';
  const reason = isRefusal ? refusalReason(heard) : undefined;
  if (reason !== undefined) return { found: 'refusal', reason };
  const greeting = readGreeting(heard);
  if (greeting) return { found: 'other', ...greeting };
  return { found: error instanceof ConnectionError ? 'closing' : 'silence' };
}

/** Undefined where the version is not AudioFile's: X refuses in the same form. */
function refusalReason(heard: string): string | undefined {
  const bytes = Buffer.from(heard, 'latin1');
  const [, reasonByteCount = 0, major] = bytes;
  return major === 3 ? bytes.toString('latin1', 8, 8 + reasonByteCount) : undefined;
}

async function factsOf(connection: Connection, options: ProbeOptions): Promise<Finding> {
  const signal = withTimeout(options);
  const stop = (): void => connection.abort();
  signal.addEventListener('abort', stop);
  try {
    const { vendor, release } = connection;
    const [extensions, devices] = await Promise.all([
      connection.extensions.list(),
      listDevices(connection),
    ]);
    return {
      ...{ found: 'audioFile', vendor, release, extensions },
      devices: devices.map(({ device, name }) => ({ number: device.index, name })),
      roundTripMs: await leastRoundTripMs(connection),
    };
  } finally {
    signal.removeEventListener('abort', stop);
    connection.abort();
  }
}

async function leastRoundTripMs(connection: Connection): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const sinceMs = performance.now();
    await connection.sync();
    leastMs = Math.min(leastMs, performance.now() - sinceMs);
  }
  return Number(leastMs.toFixed(3));
}

/** Many HTTP servers say nothing to anything but a whole request. */
async function askHttp(target: ProbeTarget, options: ProbeOptions): Promise<Finding | undefined> {
  const socket = await openSocket(target, options);
  if ('found' in socket) return undefined;
  const signal = withTimeout(options);
  const heard = await new Promise<string>((resolve) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
    signal.addEventListener('abort', () => resolve(''));
    socket.write('GET / HTTP/1.0\r\n\r\n');
  });
  socket.destroy();
  options.signal.throwIfAborted();
  const greeting = readGreeting(heard);
  return greeting && { found: 'other', ...greeting };
}
