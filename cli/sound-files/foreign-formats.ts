// Recognises the files that people try to play although nothing here decodes them, by their first bytes.

import { type SoundFileError, soundFileErrors } from './errors.ts';
import type { SourceLabel } from './header.ts';

/** How many bytes recognition looks at. */
export const sniffByteCount = 16;

interface Signature {
  readonly kind: string;
  /** Latin-1 text that must stand at `offset`. */
  readonly text: string;
  readonly offset?: number;
}

const signatures: readonly Signature[] = [
  { kind: 'an MP3 file', text: 'ID3' },
  { kind: 'an Ogg file', text: 'OggS' },
  { kind: 'a FLAC file', text: 'fLaC' },
  { kind: 'an MP4 or M4A file', text: 'ftyp', offset: 4 },
  { kind: 'a Matroska or WebM file', text: '\x1a\x45\xdf\xa3' },
  { kind: 'a Windows Media file', text: '\x30\x26\xb2\x75' },
  { kind: 'an AVI film', text: 'AVI ', offset: 8 },
  { kind: 'a RIFF file of another kind than WAVE', text: 'RIFF' },
  { kind: 'an AIFF file', text: 'AIFF', offset: 8 },
  { kind: 'an AIFF-C file', text: 'AIFC', offset: 8 },
  { kind: 'an Apple Core Audio file', text: 'caff' },
  { kind: 'an RF64 file (a WAV for more than 4 GiB)', text: 'RF64' },
  { kind: 'a BW64 file (a WAV for more than 4 GiB)', text: 'BW64' },
  { kind: 'a Wave64 file', text: 'riff\x2e\x91\xcf\x11' },
  { kind: 'a WavPack file', text: 'wvpk' },
  { kind: "a Monkey's Audio file", text: 'MAC ' },
  { kind: 'an AMR file', text: '#!AMR' },
  { kind: 'a NIST SPHERE file', text: 'NIST_1A' },
  { kind: 'a Creative VOC file', text: 'Creative Voice' },
  { kind: 'a little-endian AU file', text: 'dns.' },
  { kind: 'a MIDI file (notes, not sound)', text: 'MThd' },
  { kind: 'a gzip archive', text: '\x1f\x8b\x08' },
  { kind: 'a ZIP archive', text: 'PK\x03\x04' },
];

/** Names the kind of file, with its article, or gives undefined for bytes that say nothing. */
function foreignKind(firstBytes: Uint8Array): string | undefined {
  const found = signatures.find(({ text, offset = 0 }) => hasText(firstBytes, offset, text));
  return found?.kind ?? mpegStreamKind(firstBytes);
}

/** Says of a file that is neither WAV nor AU what it is, as well as its first bytes tell. */
export function errorForUnknown(label: SourceLabel, firstBytes: Uint8Array): SoundFileError {
  if (firstBytes.length === 0) return soundFileErrors.empty(label.name);
  const kind = foreignKind(firstBytes);
  return kind === undefined
    ? soundFileErrors.unknownKind(label.name, firstBytes.subarray(0, 4))
    : soundFileErrors.foreignKind(label.name, kind, label.path);
}

export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** MPEG audio without a tag starts with eleven set bits; layer 0 of that is AAC's ADTS. */
function mpegStreamKind(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const layer = (second >> 1) & 3;
  if (layer !== 0) return 'an MP3 file';
  return (second & 0xf0) === 0xf0 ? 'an AAC file' : undefined;
}
