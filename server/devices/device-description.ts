// What the answer to a set-up says of a device.
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { type DeviceDescription, deviceTypes } from '#shared/protocol/setup';
import type { AudioInterface } from './audio-interface.ts';
import { compandedGain } from './play-gain.ts';

interface DescribedOptions {
  readonly encoding: EncodingName;
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
  readonly hasPhoneLine: boolean;
}

export function describeDevice(
  hardware: AudioInterface,
  channelCount: number,
  { encoding, inputs, outputs, hasPhoneLine }: DescribedOptions,
): DeviceDescription {
  const encodingId = encodings[encoding].id;
  const phoneMask = hasPhoneLine ? 1 : 0;
  const { rateHz } = hardware.clock;
  return {
    type: compandedGain(encoding) ? deviceTypes.codec : deviceTypes.hifi,
    playChannelCount: channelCount,
    recordChannelCount: channelCount,
    inputCount: inputs.length,
    outputCount: outputs.length,
    phoneInputMask: phoneMask,
    phoneOutputMask: phoneMask,
    playRateHz: rateHz,
    playEncoding: encodingId,
    playBufferFrames: hardware.bufferFrames,
    recordRateHz: rateHz,
    recordEncoding: encodingId,
    recordBufferFrames: hardware.bufferFrames,
  };
}
