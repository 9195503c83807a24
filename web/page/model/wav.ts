// The header of a WAV file with 16-bit samples.

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
const PCM = 1;

export interface SoundFormat {
  readonly rateHz: number;
  readonly channelCount: number;
}

/** To be followed by `byteCount` bytes of little-endian samples. */
export function wavHeader(
  { rateHz, channelCount }: SoundFormat,
  byteCount: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const writeName = (offset: number, name: string) => {
    for (let i = 0; i < name.length; i++) view.setUint8(offset + i, name.charCodeAt(i));
  };
  const frameBytes = channelCount * BYTES_PER_SAMPLE;
  writeName(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + byteCount, true);
  writeName(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  writeName(36, 'data');
  view.setUint32(40, byteCount, true);
  return bytes;
}
