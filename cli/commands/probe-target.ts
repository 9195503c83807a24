// Where `af probe` looks: a port of a host, or a UNIX socket.
import { AUDIOFILE_BASE_PORT, MAX_PORT, unixSocketPath } from '#server/transport/addresses';
import { usageError } from '../errors.ts';

export type ProbeTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string; readonly numberText: string };

/** `host`, `host:port`, `[::1]:port`; `:N` and `unix:N` are the server N of this machine, a path is its socket. */
export function parseProbeTarget(text: string): ProbeTarget {
  if (text.startsWith('/')) return { kind: 'unix', path: text, numberText: '0' };
  const [, numberText] = /^(?:unix)?:(\d+)$/.exec(text) ?? [];
  if (numberText !== undefined)
    return { kind: 'unix', path: unixSocketPath(numberText), numberText };
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw usageError(
      `"${text}" is no place to look: write a host, host:port, [::1]:port, or :N for a server of this machine.`,
    );
  }
  const port = Number(portText ?? AUDIOFILE_BASE_PORT);
  if (port >= 1 && port <= MAX_PORT) return { kind: 'tcp', host, port };
  throw usageError(
    `Port ${port} of "${text}" is no port: they go from 1 to ${MAX_PORT}, and the AudioFile server number N has port ${AUDIOFILE_BASE_PORT} + N.`,
  );
}

export function targetInWords(target: ProbeTarget): string {
  if (target.kind === 'unix') return target.path;
  return target.host.includes(':')
    ? `[${target.host}]:${target.port}`
    : `${target.host}:${target.port}`;
}

export function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address);
}
