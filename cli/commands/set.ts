// `af set`: changes how a device is set, and tells what it was before.
import { type Command as CommanderCommand, InvalidArgumentError, Option } from 'commander';
import { defineCommand } from '../command.ts';
import { deviceTitle, findDevice } from '../devices.ts';
import { usageError } from '../errors.ts';
import { printJson, printLine } from '../output.ts';
import { printable } from '../shown-text.ts';
import { parseDecibels } from '../values.ts';
import {
  type Change,
  changeDevice,
  type DeviceChanges,
  type MaskEdit,
  parseMaskEdit,
} from './device-changes.ts';

interface SetOptions {
  readonly inputGain?: number;
  readonly outputGain?: number;
  readonly input?: MaskEdit;
  readonly output?: MaskEdit;
  readonly pass?: 'on' | 'off';
  readonly gainControl?: 'on' | 'off';
}

export const set = defineCommand<SetOptions>({
  name: 'set',
  summary: "change a device's gains, inputs, outputs, pass-through and gain control",
  configure(command: CommanderCommand) {
    command
      .argument('<device>', 'its name or number')
      .option('--input-gain <dB>', 'the gain of what is recorded', parseWholeDecibels)
      .option('--output-gain <dB>', 'the gain of what is played', parseWholeDecibels)
      .option('--input <switches>', 'inputs: +1 on, -0,1 off, =3 the whole mask', parseMaskEdit)
      .option('--output <switches>', 'outputs, in the same way', parseMaskEdit)
      .addOption(onOrOff('--pass <on|off>', 'play what the device hears'))
      .addOption(onOrOff('--gain-control <on|off>', 'level what is recorded automatically'));
  },
  async run(context, [wanted], options) {
    const changes = changesOf(options);
    if (Object.values(changes).every((change) => change === undefined)) {
      throw usageError(
        'Nothing to change was named: see "af set --help", or "af devices" to look.',
      );
    }
    const connection = await context.connect();
    const found = await findDevice(connection, wanted);
    const title = deviceTitle(found);
    const device = await connection.createContext(found.device);
    const made = await changeDevice(device, `device ${title}`, changes);
    if (context.globals.json) {
      printJson(context, { number: found.device.index, name: found.name, changes: made });
      return;
    }
    for (const change of made) {
      printLine(context, printable(`${title}: ${changeInWords(change)}`));
    }
  },
});

function onOrOff(flags: string, description: string): Option {
  return new Option(flags, description).choices(['on', 'off']);
}

/** The protocol carries gains as whole numbers. */
function parseWholeDecibels(text: string): number {
  const gainDb = parseDecibels(text);
  if (Number.isInteger(gainDb)) return gainDb;
  throw new InvalidArgumentError('The gain of a device is a whole number of dB.');
}

function changesOf(options: SetOptions): DeviceChanges {
  const { inputGain, outputGain, input, output, pass, gainControl } = options;
  return {
    inputGainDb: inputGain,
    outputGainDb: outputGain,
    inputs: input,
    outputs: output,
    isPassThroughOn: pass && pass === 'on',
    isGainControlOn: gainControl && gainControl === 'on',
  };
}

const words: Readonly<
  Record<Change['what'], { name: string; inWords: (value: number | boolean) => string }>
> = {
  inputs: { name: 'inputs', inWords: maskInWords },
  outputs: { name: 'outputs', inWords: maskInWords },
  inputGainDb: { name: 'input gain', inWords: (gainDb) => `${gainDb} dB` },
  outputGainDb: { name: 'output gain', inWords: (gainDb) => `${gainDb} dB` },
  isPassThroughOn: { name: 'pass-through', inWords: switchInWords },
  isGainControlOn: { name: 'gain control', inWords: switchInWords },
};

function changeInWords({ what, before, after }: Change): string {
  const { name, inWords } = words[what];
  return `${name} ${inWords(after)} (was ${inWords(before)})`;
}

function maskInWords(mask: number | boolean): string {
  const bits = Array.from({ length: 32 }, (_, bit) => bit);
  return bits.filter((bit) => (Number(mask) >>> bit) & 1).join(',') || 'none';
}

function switchInWords(isOn: number | boolean): string {
  return isOn ? 'on' : 'off';
}
