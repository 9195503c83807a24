// What the package exports as `audiofile-gateway/codec`: encodings, their conversion, and the tools for sound.

export type { EncodingName } from '#shared/protocol/encodings';
export { encodings } from '#shared/protocol/encodings';
export { averageChannels, pickChannel, placeChannel, spreadMono } from './channels.ts';
export { DTMF_DIGITS, dtmfSegments } from './dtmf.ts';
export type { Codec, Decoder, Encoder, FormName, LinearForms } from './encodings/codec.ts';
export { codecFor, codecs } from './encodings/codecs.ts';
export { type Converter, createConverter } from './encodings/convert.ts';
export { createDecoder16, createEncoder16 } from './encodings/linear-coders.ts';
export { bytesForFrames, bytesPerUnit, framesForBytes, framesPerUnit } from './encodings/units.ts';
export { createFade, type Fade, type FadeOptions } from './fade.ts';
export { applyGain16, gainFactorOfDb } from './gain.ts';
export { createLevelMeter, type Level, type LevelMeter } from './meter.ts';
export { createResampler, type Resampler, type ResamplerOptions } from './resampler.ts';
export { createSilenceDetector, type SilenceDetector } from './silence.ts';
export { CALL_PROGRESS, createToneGenerator, type Tone, type ToneGenerator } from './tone.ts';
