// How much sound one request carries: whole units, at most what the original library sends, at most one
// second (original.md 13), and no more than the server takes.
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { LIBRARY_CHUNK_BYTES } from '#shared/protocol/limits';
import { PLAY_HEADER_BYTES } from '#shared/wire/play-samples';

/** Sound as requests carry it. */
export interface SampleFormat {
  readonly encoding: EncodingName;
  readonly channelCount: number;
  readonly rateHz: number;
}

/** Bytes of one unit of all channels. */
function unitBytesOf({ encoding, channelCount }: SampleFormat): number {
  const unitBytes = encodings[encoding].bytesPerUnit * channelCount;
  if (unitBytes === 0) {
    throw new RangeError(
      `${encoding} with ${channelCount} channels has no unit size, so it cannot be played or recorded: choose another encoding.`,
    );
  }
  return unitBytes;
}

/** The most bytes that one request carries. */
export function chunkBytesOf(format: SampleFormat, maxRequestBytes: number): number {
  const unitBytes = unitBytesOf(format);
  const longestFrames = format.encoding === 'GSM' ? format.rateHz / 8 : format.rateHz;
  const unitCount = Math.min(
    Math.floor(Math.min(LIBRARY_CHUNK_BYTES, maxRequestBytes - PLAY_HEADER_BYTES) / unitBytes),
    Math.floor(longestFrames / encodings[format.encoding].samplesPerUnit),
  );
  return Math.max(1, unitCount) * unitBytes;
}

/** How long so many bytes sound, in ticks of the device. */
export function framesIn(format: SampleFormat, byteCount: number): number {
  return (byteCount / unitBytesOf(format)) * encodings[format.encoding].samplesPerUnit;
}

export function checkWholeUnits(format: SampleFormat, byteCount: number): void {
  const unitBytes = unitBytesOf(format);
  if (byteCount % unitBytes === 0) return;
  throw new RangeError(
    `${byteCount} bytes are no whole number of units: ${format.encoding} with ${format.channelCount} channels has units of ${unitBytes} bytes. Cut the sound between two units.`,
  );
}
