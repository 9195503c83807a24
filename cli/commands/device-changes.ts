// What `af set` changes on a device. All is checked against what the device has before anything is changed.

import type { Context, DeviceControls, GainRange, MaskChange } from '#shared/client/index';
import { usageError } from '../errors.ts';

/** Switches inputs or outputs on or off, or says which are on and no others. */
export interface MaskEdit {
  readonly kind: 'on' | 'off' | 'exactly';
  readonly mask: number;
}

export interface DeviceChanges {
  readonly inputGainDb?: number | undefined;
  readonly outputGainDb?: number | undefined;
  readonly inputs?: MaskEdit | undefined;
  readonly outputs?: MaskEdit | undefined;
  readonly isPassThroughOn?: boolean | undefined;
  readonly isGainControlOn?: boolean | undefined;
}

/** What was changed, as the device tells it afterwards: it may round a gain, or keep one output on. */
export interface Change {
  readonly what: keyof DeviceChanges;
  readonly before: number | boolean;
  readonly after: number | boolean;
}

const kindsBySign = { '+': 'on', '-': 'off' } as const;
const MAX_SWITCHES = 32;
const MAX_MASK = 2 ** MAX_SWITCHES - 1;

/** "+1" and "-0,1" name inputs or outputs by number, from 0; "=3" and "=0x3" are the whole mask. */
export function parseMaskEdit(text: string): MaskEdit {
  const [, sign, rest = ''] = /^([+=-])(.+)$/.exec(text) ?? [];
  if (sign === '=' && /^(0x[\da-f]+|\d+)$/i.test(rest) && Number(rest) <= MAX_MASK) {
    return { kind: 'exactly', mask: Number(rest) };
  }
  const numbers = rest.split(',');
  const areNumbers = numbers.every((part) => /^\d+$/.test(part) && Number(part) < MAX_SWITCHES);
  if ((sign === '+' || sign === '-') && areNumbers) {
    const mask = numbers.reduce((sum, bit) => (sum | (1 << Number(bit))) >>> 0, 0);
    return { kind: kindsBySign[sign], mask };
  }
  throw usageError(
    `"${text}" does not say what to switch: write +0 for the first one on, -0,1 for the first two off, or =3 for the whole mask.`,
  );
}

/** Inputs and outputs first, so that what becomes louder is what was meant. */
export async function changeDevice(
  context: Context,
  deviceName: string,
  changes: DeviceChanges,
): Promise<Change[]> {
  await requireFitting(context, deviceName, changes);
  const { controls } = context;
  const made: Change[] = [];
  const { inputs, outputs, inputGainDb, outputGainDb, isPassThroughOn, isGainControlOn } = changes;
  if (inputs) made.push({ what: 'inputs', ...(await changeMask(inputs, inputsOf(controls))) });
  if (outputs) made.push({ what: 'outputs', ...(await changeMask(outputs, outputsOf(controls))) });
  if (inputGainDb !== undefined) {
    const before = (await controls.inputGain()).gainDb;
    await controls.setInputGain(inputGainDb);
    made.push({ what: 'inputGainDb', before, after: (await controls.inputGain()).gainDb });
  }
  if (outputGainDb !== undefined) {
    const before = (await controls.outputGain()).gainDb;
    await controls.setOutputGain(outputGainDb);
    made.push({ what: 'outputGainDb', before, after: (await controls.outputGain()).gainDb });
  }
  if (isPassThroughOn !== undefined) {
    const before = await controls.setPassThrough(isPassThroughOn);
    made.push({ what: 'isPassThroughOn', before, after: await controls.passThrough() });
  }
  if (isGainControlOn !== undefined) {
    const before = await controls.setGainControl(isGainControlOn);
    made.push({ what: 'isGainControlOn', before, after: isGainControlOn });
  }
  return made;
}

interface Switches {
  readonly enable: (mask: number) => Promise<MaskChange>;
  readonly disable: (mask: number) => Promise<MaskChange>;
}

function inputsOf(controls: DeviceControls): Switches {
  return {
    enable: (mask) => controls.enableInputs(mask),
    disable: (mask) => controls.disableInputs(mask),
  };
}

function outputsOf(controls: DeviceControls): Switches {
  return {
    enable: (mask) => controls.enableOutputs(mask),
    disable: (mask) => controls.disableOutputs(mask),
  };
}

async function changeMask(
  { kind, mask }: MaskEdit,
  { enable, disable }: Switches,
): Promise<{ before: number; after: number }> {
  const before = (await enable(0)).oldMask;
  if (kind === 'on') return { before, after: (await enable(mask)).newMask };
  if (kind === 'off') return { before, after: (await disable(mask)).newMask };
  // On before off: of some outputs one always stays on.
  const on = (await enable(mask)).newMask;
  return { before, after: (await disable((on & ~mask) >>> 0)).newMask };
}

async function requireFitting(
  { controls, device }: Context,
  deviceName: string,
  changes: DeviceChanges,
): Promise<void> {
  const [inputGain, outputGain] = await Promise.all([controls.inputGain(), controls.outputGain()]);
  requireGain(changes.inputGainDb, inputGain, `input gain of ${deviceName}`);
  requireGain(changes.outputGainDb, outputGain, `output gain of ${deviceName}`);
  requireMask(changes.inputs, device.inputCount, deviceName, 'inputs');
  requireMask(changes.outputs, device.outputCount, deviceName, 'outputs');
}

function requireGain(gainDb: number | undefined, range: GainRange, what: string): void {
  const { minGainDb, maxGainDb } = range;
  if (gainDb === undefined || (gainDb >= minGainDb && gainDb <= maxGainDb)) return;
  throw usageError(
    minGainDb === maxGainDb
      ? `The ${what} is fixed at ${range.gainDb} dB: leave it as it is, or give a gain to af play or af record.`
      : `The ${what} goes from ${minGainDb} to ${maxGainDb} dB, which leaves out ${gainDb}: choose one between.`,
  );
}

function requireMask(
  edit: MaskEdit | undefined,
  count: number,
  deviceName: string,
  what: 'inputs' | 'outputs',
): void {
  if (edit === undefined || edit.mask < 2 ** count) return;
  const has =
    count === 0 ? `no ${what}` : `${what} 0${count > 1 ? ` to ${count - 1}` : ' and no other'}`;
  throw usageError(`${deviceName} has ${has}: "af devices" shows what each device has.`);
}
