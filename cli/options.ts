// Options that several commands share, with the same names and the same meaning.
import type { Command as CommanderCommand } from 'commander';
import type { EncodingName } from '#shared/protocol/encodings';
import {
  byteOrderMatters,
  maxChannelCount,
  maxRateHz,
  type SoundFormat,
} from './sound-files/format.ts';
import { parseEncoding, positiveCountUpTo } from './values.ts';

export interface DeviceOption {
  readonly device?: string;
}

export function addDevice(command: CommanderCommand): CommanderCommand {
  return command.option('-d, --device <name>', 'the device, by its name or number');
}

export interface FormatOptions {
  readonly encoding?: EncodingName;
  readonly rate?: number;
  readonly channels?: number;
  readonly bigEndian?: boolean;
}

/** `otherwise` says what counts where an option is left out. */
export function addFormat(
  command: CommanderCommand,
  ofWhat: string,
  otherwise = '',
): CommanderCommand {
  return command
    .option('-e, --encoding <name>', `the encoding of ${ofWhat}${otherwise}`, parseEncoding)
    .option(
      '-r, --rate <hz>',
      `the frames a second of ${ofWhat}${otherwise}`,
      positiveCountUpTo(maxRateHz),
    )
    .option(
      '-c, --channels <count>',
      `the channels of ${ofWhat}${otherwise}`,
      positiveCountUpTo(maxChannelCount),
    )
    .option('-B, --big-endian', `the samples of ${ofWhat} have their high byte first`);
}

/** What the options say, and the rest as `otherwise` has it. */
export function formatFrom(options: FormatOptions, otherwise: SoundFormat): SoundFormat {
  const encoding = options.encoding ?? otherwise.encoding;
  return {
    encoding,
    rateHz: options.rate ?? otherwise.rateHz,
    channelCount: options.channels ?? otherwise.channelCount,
    bigEndian: byteOrderMatters(encoding) && options.bigEndian === true,
  };
}
