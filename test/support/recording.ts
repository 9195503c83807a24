// The recorded exchanges of test/golden, as their README describes them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface TimeFrom {
  readonly at: number;
  readonly exchange: number;
  readonly field: number;
  readonly delta: number;
}

export interface Exchange {
  readonly from: 'client' | 'server' | 'line';
  readonly conn?: number;
  readonly t: number;
  readonly name: string;
  readonly hex: string;
  readonly zeros?: number;
  readonly repeat?: number;
  readonly seq?: number;
  readonly mask: readonly (readonly [number, number, string])[];
  readonly timeFrom?: TimeFrom;
  readonly optional?: boolean;
  readonly quirk?: string;
  readonly rule?: string;
  readonly info?: { readonly source?: string; readonly by?: string; readonly type?: number };
}

export interface Recording {
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

const folder = fileURLToPath(new URL('../golden/', import.meta.url));

export function recordings(kind: 'clients' | 'raw'): Recording[] {
  return readdirSync(`${folder}${kind}`)
    .sort()
    .map((name) => {
      const text = readFileSync(`${folder}${kind}/${name}`, 'utf8');
      return { file: `${kind}/${name}`, ...(JSON.parse(text) as Omit<Recording, 'file'>) };
    });
}

export function bytesOf({ hex, zeros = 0 }: Exchange): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2 + zeros);
  bytes.set(Buffer.from(hex, 'hex'));
  return bytes;
}
