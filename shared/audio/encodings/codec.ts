// What every encoding of samples offers: a decoder and an encoder between its bytes and linear samples.
//
// An encoding has one linear form of its own, the one in which it loses nothing that it can keep:
// 16-bit integers for everything of telephone or CD precision, 32-bit integers for LIN32, floating
// point for the IEEE encodings. Conversion between two encodings decodes to the form of the source,
// changes form, and encodes from the form of the destination (convert.ts).
//
// Contract of all coders: nothing is allocated after creation. Channels are interleaved per sample
// in linear buffers, and as original.md 7 says in encoded ones (per unit; per byte for IMA and ADPCM
// codes; per 33-byte frame for GSM). `input` holds whole units of all channels, and `output` is long
// enough; the caller sees to both.
import type { EncodingName } from '#shared/protocol/encodings';

export interface LinearForms {
  int16: Int16Array;
  int32: Int32Array;
  /** Full scale is -1 to 1. */
  float: Float64Array;
}

export type FormName = keyof LinearForms;

/** One direction of one stream. Stateless encodings share a `reset` that does nothing. */
export interface Decoder<Form extends FormName> {
  /** Decodes all of `input` to the start of `output`; returns the samples written, all channels counted. */
  decode(input: Uint8Array, output: LinearForms[Form], bigEndian: boolean): number;
  /** Forgets what came before: the next bytes start a stream, or continue one elsewhere in time. */
  reset(): void;
}

export interface Encoder<Form extends FormName> {
  /** Encodes the first `sampleCount` samples of `input`, all channels counted; returns the bytes written. */
  encode(
    input: LinearForms[Form],
    sampleCount: number,
    output: Uint8Array,
    bigEndian: boolean,
  ): number;
  reset(): void;
}

export interface Codec<Form extends FormName = FormName> {
  readonly encoding: EncodingName;
  readonly form: Form;
  /** The 16-bit value that is 1 in floating point, where it is not 32768. */
  readonly fullScale?: number;
  /** One unit of one channel that sounds like nothing. */
  readonly silence: Uint8Array;
  createDecoder(channelCount: number): Decoder<Form>;
  createEncoder(channelCount: number): Encoder<Form>;
}
