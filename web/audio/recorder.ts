// Collects sound into a WAV file in memory: what a device plays, or what a microphone hears.
import type { End } from './face.ts';

/** Canonical PCM: RIFF, fmt and data, and nothing between. */
const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
/** Lengths in a WAV file have 32 bits; what would not fit is not kept. */
const MAX_DATA_BYTES = 0xffff_ffff - HEADER_BYTES;

export interface Recorder {
  readonly seconds: number;
  /** Takes samples, interleaved; they may be written to again. Sound of another form is not taken. */
  take(samples: Int16Array, channelCount: number, rateHz: number): void;
  /** All that was taken so far; undefined while that is nothing. */
  toWav(): Blob | undefined;
}

/** Something that tells of sound, such as a Player. */
export interface SoundTeller {
  onFrames(listener: (samples: Int16Array, channelCount: number, rateHz: number) => void): End;
}

export function createRecorder(): Recorder {
  /** Blobs may live on disk; what is small is gathered first. */
  let parts: BlobPart[] = [];
  let form: { readonly channelCount: number; readonly rateHz: number } | undefined;
  let dataBytes = 0;

  return {
    get seconds() {
      if (form === undefined) return 0;
      return dataBytes / (BYTES_PER_SAMPLE * form.channelCount * form.rateHz);
    },
    take(samples, channelCount, rateHz) {
      form ??= { channelCount, rateHz };
      if (channelCount !== form.channelCount || rateHz !== form.rateHz) return;
      const byteCount = samples.length * BYTES_PER_SAMPLE;
      if (dataBytes + byteCount > MAX_DATA_BYTES) return;
      parts.push(littleEndian(samples));
      dataBytes += byteCount;
      if (parts.length >= PARTS_TO_GATHER) parts = [new Blob(parts)];
    },
    toWav() {
      if (form === undefined) return undefined;
      const header = wavHeader(form.channelCount, form.rateHz, dataBytes);
      return new Blob([header, ...parts], { type: 'audio/wav' });
    },
  };
}

/** 20 s in frames of 20 ms. */
const PARTS_TO_GATHER = 1_000;

/** Records what is told until the end, which gives the file. */
export function recordFrom(teller: SoundTeller): {
  readonly recorder: Recorder;
  readonly end: End;
} {
  const recorder = createRecorder();
  return { recorder, end: teller.onFrames(recorder.take) };
}

/** The header of a WAV file with 16-bit PCM. */
export function wavHeader(
  channelCount: number,
  rateHz: number,
  dataBytes: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const frameBytes = BYTES_PER_SAMPLE * channelCount;
  bytes.set(new TextEncoder().encode('RIFF....WAVEfmt '), 0);
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  bytes.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, dataBytes, true);
  return bytes;
}

function littleEndian(samples: Int16Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(samples.length * BYTES_PER_SAMPLE));
  for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, samples[i] as number, true);
  return view.buffer;
}
