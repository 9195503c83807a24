// The recorded sessions of test/golden, cut into conversations of one connection each.
import { type Exchange, readRecording, recordingFiles } from '#test/support/recording';

export { bytesOf, type Exchange } from '#test/support/recording';

export interface Conversation {
  /** The file, and the connection's number. */
  readonly title: string;
  readonly exchanges: readonly Exchange[];
}

/** All conversations of one file, such as `raw/gains-be.json`. */
export function conversationsOf(file: string): Conversation[] {
  const byConnection = new Map<number, Exchange[]>();
  for (const exchange of readRecording(file).exchanges) {
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
  return [...recordingFiles('clients'), ...recordingFiles('raw')];
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
