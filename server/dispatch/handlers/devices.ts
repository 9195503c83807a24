// What a device is set to: gains, inputs and outputs, pass-through, gain control.
import type { Device, Gain, Switches } from '#server/devices/face';
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId } from '#shared/protocol/ids';
import type { ReplyOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';

interface GainRequest {
  readonly context: ContextId;
  readonly gainDb: number;
}

interface ContextRequest {
  readonly context: ContextId;
}

interface MaskRequest {
  readonly context: ContextId;
  readonly mask: number;
}

type MaskReply = ReplyOf<'EnableInput'>;
type GainReply = ReplyOf<'QueryInputGain'>;

function setGain(gainOf: (device: Device) => Gain) {
  return (client: Client, { context, gainDb }: GainRequest): undefined => {
    const gain = gainOf(client.context(context).device);
    if (gainDb < gain.minDb || gainDb > gain.maxDb) throw new ProtocolError('BadValue');
    gain.change(gainDb);
  };
}

function queryGain(gainOf: (device: Device) => Gain) {
  return (client: Client, { context }: ContextRequest): GainReply => {
    const { gainDb, minDb, maxDb } = gainOf(client.context(context).device);
    return { gainDb, minGainDb: minDb, maxGainDb: maxDb };
  };
}

/** Bits beyond the device's own are BadValue; a mask of 0 changes nothing and so only asks. */
function changeMask(
  switchesOf: (device: Device) => Switches,
  changed: (oldMask: number, mask: number) => number,
) {
  return (client: Client, { context, mask }: MaskRequest): MaskReply => {
    const switches = switchesOf(client.context(context).device);
    if (mask >= 2 ** switches.bitCount) throw new ProtocolError('BadValue');
    const oldMask = switches.mask;
    switches.change(changed(oldMask, mask));
    return { oldMask, newMask: switches.mask };
  };
}

/** original.md 3: the state is set whatever the mask, and is told inverted: 1 when it is off. */
function setGainControl(isOn: boolean) {
  return (client: Client, { context, mask }: MaskRequest): MaskReply => {
    const { device } = client.context(context);
    if (mask >= 2 ** device.outputs.bitCount) throw new ProtocolError('BadValue');
    const oldMask = device.isGainControlOn ? 0 : 1;
    device.isGainControlOn = isOn;
    return { oldMask, newMask: isOn ? 0 : 1 };
  };
}

const enabled = (oldMask: number, mask: number): number => oldMask | mask;
const disabled = (oldMask: number, mask: number): number => oldMask & ~mask;

const inputs = (device: Device): Switches => device.inputs;
const outputs = (device: Device): Switches => device.outputs;
const passThrough = (device: Device): Switches => device.passThrough;
const inputGain = (device: Device): Gain => device.inputGain;
const outputGain = (device: Device): Gain => device.outputGain;

export const handlers = {
  SetInputGain: setGain(inputGain),
  SetOutputGain: setGain(outputGain),
  QueryInputGain: queryGain(inputGain),
  QueryOutputGain: queryGain(outputGain),
  EnableInput: changeMask(inputs, enabled),
  EnableOutput: changeMask(outputs, enabled),
  DisableInput: changeMask(inputs, disabled),
  DisableOutput: changeMask(outputs, disabled),
  EnablePassThrough: changeMask(passThrough, enabled),
  DisablePassThrough: changeMask(passThrough, disabled),
  EnableGainControl: setGainControl(true),
  DisableGainControl: setGainControl(false),
};
