// The recorded sessions of test/golden, cut into conversations of one connection each.
import { readdirSync, readFileSync } from 'node:fs';

export interface Exchange {
  readonly from: 'client' | 'server' | 'line';
  readonly conn?: number;
  readonly name: string;
  readonly hex: string;
  readonly zeros?: number;
  readonly repeat?: number;
  readonly seq?: number;
  readonly mask: readonly (readonly [number, number, string])[];
  readonly info?: Readonly<Record<string, unknown>>;
  readonly quirk?: string;
  readonly optional?: boolean;
}

export interface Conversation {
  /** The file, and the connection's number. */
  readonly title: string;
  readonly exchanges: readonly Exchange[];
}

const folder = new URL('../../../golden/', import.meta.url);

/** All conversations of one file, such as `raw/gains-be.json`. */
export function conversationsOf(file: string): Conversation[] {
  const session = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const byConnection = new Map<number, Exchange[]>();
  for (const exchange of session.exchanges as Exchange[]) {
    if (exchange.from === 'line') continue;
    const number = exchange.conn ?? 0;
    const exchanges = byConnection.get(number) ?? [];
    exchanges.push(exchange);
    byConnection.set(number, exchanges);
  }
  return [...byConnection].map(([number, exchanges]) => ({
    title: `${file} connection ${number}`,
    exchanges,
  }));
}

export function goldenFiles(): string[] {
  return ['clients', 'raw'].flatMap((part) =>
    readdirSync(new URL(`${part}/`, folder))
      .sort()
      .map((name) => `${part}/${name}`),
  );
}

export function bytesOf({ hex, zeros = 0 }: Exchange): Uint8Array<ArrayBuffer> {
  const written = Buffer.from(hex, 'hex');
  const bytes = new Uint8Array(written.length + zeros);
  bytes.set(written);
  return bytes;
}

/**
 * The bytes as text, those that do not count as `--`. Times that a client sends do count: it is driven
 * with the recorded ones.
 */
export function outsideMask(bytes: Uint8Array, { mask, from }: Exchange): string {
  const parts = mask.filter(([, , why]) => from === 'server' || why !== 'time');
  return Array.from(bytes, (byte, index) =>
    parts.some(([start, end]) => index >= start && index < end)
      ? '--'
      : byte.toString(16).padStart(2, '0'),
  ).join('');
}
