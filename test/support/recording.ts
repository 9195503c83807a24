// The recorded exchanges of test/golden, as their README describes them: the one place that reads the files.
import { readdirSync, readFileSync } from 'node:fs';

export interface TimeFrom {
  readonly at: number;
  readonly exchange: number;
  readonly field: number;
  readonly delta: number;
}

export type Mask = readonly (readonly [start: number, end: number, why: string])[];
export type Info = Readonly<Record<string, unknown>>;

/** One packet as it stands in the files; `connect` and `disconnect` have no bytes. */
export interface Exchange {
  readonly from: 'client' | 'server' | 'line';
  /** Milliseconds since the session began. */
  readonly t: number;
  readonly name: string;
  readonly hex: string;
  readonly mask: Mask;
  readonly conn?: number;
  readonly zeros?: number;
  readonly repeat?: number;
  readonly seq?: number;
  readonly timeFrom?: TimeFrom;
  readonly optional?: boolean;
  readonly quirk?: string;
  readonly rule?: string;
  readonly info?: Info;
}

export interface Recording {
  /** Such as `raw/gains-be.json`. */
  readonly file: string;
  readonly title: string;
  readonly byteOrder: 'little' | 'big';
  readonly serverSetup: {
    readonly recordInput: 'silence' | 'loop';
    readonly extensions: readonly string[];
    readonly cookie: string | null;
  };
  readonly exchanges: readonly Exchange[];
}

export type RecordingKind = 'clients' | 'raw';

const folder = new URL('../golden/', import.meta.url);

/** The files of the original programs (`clients`) or of the hand-made client (`raw`). */
export function recordingFiles(kind: RecordingKind): string[] {
  return readdirSync(new URL(`${kind}/`, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `${kind}/${name}`);
}

export function readRecording(file: string): Recording {
  const { exchanges, ...head } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  return { file, ...head, exchanges: exchanges.map(exchangeFrom) };
}

export function recordings(kind: RecordingKind): Recording[] {
  return recordingFiles(kind).map(readRecording);
}

/** What happens on the line has neither bytes nor mask in the files. */
function exchangeFrom(exchange: Exchange): Exchange {
  return { ...exchange, hex: exchange.hex ?? '', mask: exchange.mask ?? [] };
}

export function bytesOf({ hex, zeros = 0 }: Exchange): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2 + zeros);
  bytes.set(Buffer.from(hex, 'hex'));
  return bytes;
}
