// What a device takes and gives, in the words of sound files.
import type { Device } from '#shared/client/index';
import type { SoundFormat } from '../sound-files/format.ts';

/** Samples go over the wire little endian, which every server takes. */
const WIRE_IS_BIG_ENDIAN = false;

export function playFormatOf(device: Device): SoundFormat {
  return {
    encoding: device.playEncoding,
    rateHz: device.playRateHz,
    channelCount: device.playChannelCount,
    bigEndian: WIRE_IS_BIG_ENDIAN,
  };
}

export function recordFormatOf(device: Device): SoundFormat {
  return {
    encoding: device.recordEncoding,
    rateHz: device.recordRateHz,
    channelCount: device.recordChannelCount,
    bigEndian: WIRE_IS_BIG_ENDIAN,
  };
}
