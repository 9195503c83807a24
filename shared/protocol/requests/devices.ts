// What a device is set to: gains, inputs and outputs, pass-through, gain control.
import { card32, contextId, int32 } from '../fields.ts';
import { reply, request } from '../message.ts';

const gainReply = reply({ body: { gainDb: int32, minGainDb: int32, maxGainDb: int32 } });
const maskReply = reply({ body: { oldMask: card32, newMask: card32 } });

function setGain<const Opcode extends number>(opcode: Opcode, doc: string) {
  return request({
    opcode,
    doc,
    body: { context: contextId, gainDb: int32 },
    errors: ['BadLength', 'BadAC', 'BadValue'],
  });
}

function queryGain<const Opcode extends number>(opcode: Opcode, doc: string) {
  return request({
    opcode,
    doc,
    body: { context: contextId },
    reply: gainReply,
    errors: ['BadLength', 'BadAC'],
  });
}

function changeMask<const Opcode extends number>(opcode: Opcode, doc: string) {
  return request({
    opcode,
    doc,
    body: { context: contextId, mask: card32 },
    reply: maskReply,
    errors: ['BadLength', 'BadAC', 'BadValue'],
  });
}

export const SetInputGain = setGain(19, "Sets the gain of the device's input.");
export const SetOutputGain = setGain(20, "Sets the gain of the device's output.");
export const QueryInputGain = queryGain(21, "Tells the input's gain and its range.");
export const QueryOutputGain = queryGain(22, "Tells the output's gain and its range.");
export const EnableInput = changeMask(23, 'Switches inputs on; a mask of 0 only asks.');
export const EnableOutput = changeMask(24, 'Switches outputs on; a mask of 0 only asks.');
export const DisableInput = changeMask(25, 'Switches inputs off; a mask of 0 only asks.');
export const DisableOutput = changeMask(26, 'Switches outputs off; a mask of 0 only asks.');
export const EnablePassThrough = changeMask(
  30,
  'Puts what the device hears on what it plays; a mask of 0 only asks, 1 is the only other.',
);
export const DisablePassThrough = changeMask(31, 'Ends pass-through; a mask of 0 only asks.');
export const EnableGainControl = changeMask(
  39,
  'Switches automatic gain control on, whatever the mask. The masks of the reply are inverted: 1 means off.',
);
export const DisableGainControl = changeMask(
  40,
  'Switches automatic gain control off, whatever the mask. The masks of the reply are inverted: 1 means off.',
);
