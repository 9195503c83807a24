// Everything that a server tells about its devices, in one go.
import type { Connection, Context, EncodingName, GainRange } from '#shared/client/index';
import type { NamedDevice } from '../devices.ts';

export interface StreamFormat {
  readonly rateHz: number;
  readonly encoding: EncodingName;
  readonly channelCount: number;
  readonly bufferSeconds: number;
}

/** Inputs or outputs: bit 0 of a mask is the first one. */
export interface SwitchState {
  readonly count: number;
  readonly onMask: number;
  /** Those that are the telephone line. */
  readonly phoneMask: number;
}

/** A device as it is set now. */
export interface DeviceState {
  readonly number: number;
  readonly name: string | undefined;
  readonly play: StreamFormat;
  readonly record: StreamFormat;
  readonly inputs: SwitchState;
  readonly outputs: SwitchState;
  readonly inputGain: GainRange;
  readonly outputGain: GainRange;
  readonly isPassThroughOn: boolean;
  /** In ticks of the device, modulo 2^32. */
  readonly time: number;
}

/** A device that is in the list but no more there has only a number and a name. */
export type DeviceRow =
  | DeviceState
  | { readonly number: number; readonly name: string | undefined; readonly isRemoved: true };

/** Asks about all devices at once: the answers arrive together. */
export function deviceStates(
  connection: Connection,
  devices: readonly NamedDevice[],
): Promise<DeviceRow[]> {
  return Promise.all(
    devices.map(async ({ device, name, isRemoved }): Promise<DeviceRow> => {
      const identity = { number: device.index, name };
      if (isRemoved) return { ...identity, isRemoved };
      return { ...identity, ...(await stateOf(await connection.createContext(device))) };
    }),
  );
}

async function stateOf(context: Context): Promise<Omit<DeviceState, 'number' | 'name'>> {
  const { controls, device } = context;
  const [inputMask, outputMask, inputGain, outputGain, isPassThroughOn, time] = await Promise.all([
    controls.inputs(),
    controls.outputs(),
    controls.inputGain(),
    controls.outputGain(),
    controls.passThrough(),
    context.getTime(),
  ]);
  return {
    play: {
      rateHz: device.playRateHz,
      encoding: device.playEncoding,
      channelCount: device.playChannelCount,
      bufferSeconds: device.playBufferFrames / device.playRateHz,
    },
    record: {
      rateHz: device.recordRateHz,
      encoding: device.recordEncoding,
      channelCount: device.recordChannelCount,
      bufferSeconds: device.recordBufferFrames / device.recordRateHz,
    },
    inputs: { count: device.inputCount, onMask: inputMask, phoneMask: device.phoneInputMask },
    outputs: { count: device.outputCount, onMask: outputMask, phoneMask: device.phoneOutputMask },
    inputGain,
    outputGain,
    isPassThroughOn,
    time,
  };
}
