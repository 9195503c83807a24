// One law of G.711 on a device of the other: their samples meet by the direct tables, so that they sound
// as the original made them, although the device's buffers are linear.
import { aLawCodec, aLawCompress14, aLawExpand16 } from './alaw.ts';
import { createCompandedCodec, decodeBy } from './companded.ts';
import { aLawToMuLaw, muLawToALaw } from './g711-direct.ts';
import { muLawCodec, muLawCompress14, muLawExpand16 } from './mulaw.ts';

/** A table of a table: at each index what `second` has at the code that `first` has there. */
function chained<T extends Uint8Array | Int16Array>(
  first: Uint8Array,
  second: T,
  create: (values: Iterable<number>) => T,
): T {
  return create(Array.from(first, (code) => second[code] ?? 0));
}

const toBytes = (values: Iterable<number>): Uint8Array => Uint8Array.from(values);
const toInt16 = (values: Iterable<number>): Int16Array => Int16Array.from(values);

export const aLawOnMuLaw = createCompandedCodec({
  encoding: 'ALAW',
  silenceCode: aLawCodec.silence[0] ?? 0,
  decode: decodeBy(chained(aLawToMuLaw, muLawExpand16, toInt16)),
  compress14: chained(muLawCompress14, muLawToALaw, toBytes),
  fullScale: 32124,
});

export const muLawOnALaw = createCompandedCodec({
  encoding: 'MU255',
  silenceCode: muLawCodec.silence[0] ?? 0,
  decode: decodeBy(chained(muLawToALaw, aLawExpand16, toInt16)),
  compress14: chained(aLawCompress14, aLawToMuLaw, toBytes),
  fullScale: 32256,
});
