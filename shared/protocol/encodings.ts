// The sample encodings that the protocol names: numbers, units and names of all 21.

export interface EncodingEntry {
  /** The number on the wire. */
  readonly id: number;
  /** What one unit of one channel measures; 0 where the protocol never said. */
  readonly bytesPerUnit: number;
  readonly samplesPerUnit: number;
  /** Names that people type, the first being the one that is shown. */
  readonly aliases: readonly string[];
  readonly doc: string;
}

export const encodings = {
  MU255: entry(0, 1, 1, ['mu-law', 'mu-255', 'ulaw', 'mulaw', 'au'], 'G.711 mu-law.'),
  ALAW: entry(1, 1, 1, ['a-law', 'alaw'], 'G.711 A-law.'),
  LIN16: entry(2, 2, 1, ['lin16', 'pcm-16', 'pcm16', 'pcm', 'lin', 'short'], '16-bit linear.'),
  LIN32: entry(3, 4, 1, ['lin32', 'pcm-32', 'pcm32', 'int'], '32-bit linear.'),
  G721: entry(4, 1, 2, ['g721', 'g.721'], 'G.721 ADPCM, 32 kbit/s at 8 kHz.'),
  G723: entry(5, 3, 8, ['g723', 'g.723'], 'G.723 ADPCM, 24 kbit/s at 8 kHz.'),
  UNKNOWN: entry(6, 0, 0, ['unknown'], 'Reserved.'),
  IMA: entry(7, 1, 2, ['ima'], 'IMA ADPCM without headers, high nibble first.'),
  CRLADPCM2: entry(8, 1, 4, ['crladpcm2'], 'Adaptive quantiser of 2 bits, low bits first.'),
  CRLADPCM3: entry(9, 3, 8, ['crladpcm3'], 'Adaptive quantiser of 3 bits, low bits first.'),
  CRLADPCM4: entry(10, 1, 2, ['crladpcm4'], 'Adaptive quantiser of 4 bits, low bits first.'),
  LPC10: entry(11, 0, 0, ['lpc10', 'lpc10e'], 'LPC-10e; the protocol gives it no unit.'),
  CELP1016: entry(12, 18, 240, ['celp1016'], 'Federal Standard 1016.'),
  IEEES: entry(13, 4, 1, ['float32', 'ieees', 'float'], '32-bit floating point, -1 to 1.'),
  IEEED: entry(14, 8, 1, ['float64', 'ieeed', 'double'], '64-bit floating point, -1 to 1.'),
  // The original's table says one sample a byte, but it never had a coder; the standard says two.
  G722: entry(15, 1, 2, ['g722', 'g.722'], 'G.722 sub-band ADPCM, 64 kbit/s at 16 kHz.'),
  MPEG: entry(16, 0, 0, ['mpeg'], 'MPEG audio; the protocol gives it no unit.'),
  GSM: entry(17, 33, 160, ['gsm'], 'GSM 06.10 full rate.'),
  VSELP: entry(18, 0, 0, ['vselp'], 'VSELP; the protocol gives it no unit.'),
  LIN8U: entry(19, 1, 1, ['lin8u', 'u8'], '8-bit linear, 128 being silence.'),
  LIN8: entry(20, 1, 1, ['lin8', 's8'], '8-bit linear, signed.'),
} as const satisfies Record<string, EncodingEntry>;

export type EncodingName = keyof typeof encodings;

function entry(
  id: number,
  bytesPerUnit: number,
  samplesPerUnit: number,
  aliases: readonly string[],
  doc: string,
): EncodingEntry {
  return { id, bytesPerUnit, samplesPerUnit, aliases, doc };
}

const namesById = new Map(
  (Object.keys(encodings) as EncodingName[]).map((name) => [encodings[name].id, name] as const),
);

/** The encoding with that number, or undefined where the table ends. */
export function encodingNamed(id: number): EncodingName | undefined {
  return namesById.get(id);
}
