// Which codec an encoding has. Encodings without one stay refused: LPC10, CELP1016, MPEG and VSELP, which
// the original names and never had either, and UNKNOWN.
import type { EncodingName } from '#shared/protocol/encodings';
import { aLawCodec } from './alaw.ts';
import type { Codec } from './codec.ts';
import { crlAdpcm2Codec, crlAdpcm3Codec, crlAdpcm4Codec } from './crl-adpcm.ts';
import { aLawOnMuLaw, muLawOnALaw } from './g711-crossed.ts';
import { g722 } from './g722.ts';
import { g721, g723 } from './g726.ts';
import { gsm } from './gsm/codec.ts';
import { ieeedCodec, ieeesCodec } from './ieee.ts';
import { imaCodec } from './ima.ts';
import { lin8Codec, lin8uCodec, lin16Codec, lin32Codec } from './linear.ts';
import { muLawCodec } from './mulaw.ts';

export const codecs: Readonly<Partial<Record<EncodingName, Codec>>> = {
  MU255: muLawCodec,
  ALAW: aLawCodec,
  LIN16: lin16Codec,
  LIN32: lin32Codec,
  IMA: imaCodec,
  CRLADPCM2: crlAdpcm2Codec,
  CRLADPCM3: crlAdpcm3Codec,
  CRLADPCM4: crlAdpcm4Codec,
  IEEES: ieeesCodec,
  IEEED: ieeedCodec,
  LIN8U: lin8uCodec,
  LIN8: lin8Codec,
  G721: g721,
  G723: g723,
  G722: g722,
  GSM: gsm,
};

export function codecFor(encoding: EncodingName): Codec | undefined {
  return codecs[encoding];
}

/**
 * The codec for a stream in `encoding` on a device of `deviceEncoding`. It is the encoding's own, except
 * that the two laws of G.711 meet by their direct tables and not through linear values.
 */
export function codecOnDevice(
  encoding: EncodingName,
  deviceEncoding: EncodingName,
): Codec | undefined {
  if (encoding === 'ALAW' && deviceEncoding === 'MU255') return aLawOnMuLaw;
  if (encoding === 'MU255' && deviceEncoding === 'ALAW') return muLawOnALaw;
  return codecFor(encoding);
}
