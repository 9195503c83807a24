// `af devices`: what the server has and how it is set.
import { encodings } from '#shared/client/index';
import { defineCommand } from '../command.ts';
import { listDevices } from '../devices.ts';
import { printJson, printTable } from '../output.ts';
import { printable } from '../shown-text.ts';
import {
  type DeviceRow,
  type DeviceState,
  deviceStates,
  type StreamFormat,
  type SwitchState,
} from './device-state.ts';

export const devices = defineCommand<object>({
  name: 'devices',
  summary: "show the server's devices, their formats, gains and switches",
  configure() {},
  async run(context) {
    const connection = await context.connect();
    const rows = await deviceStates(connection, await listDevices(connection));
    if (context.globals.json) printJson(context, rows);
    else printTable(context, headings, rows.map(cellsOf));
  },
});

const headings = [
  '#',
  'name',
  'rate',
  'ch',
  'encoding',
  'inputs on',
  'outputs on',
  'in dB',
  'out dB',
  'pass',
  'time',
];

function cellsOf(row: DeviceRow): (string | number)[] {
  const start = [row.number, printable(row.name ?? '-')];
  if ('isRemoved' in row) return [...start, '-', '-', 'removed', '-', '-', '-', '-', '-', '-'];
  return [
    ...start,
    both(row, ({ rateHz }) => String(rateHz)),
    both(row, ({ channelCount }) => String(channelCount)),
    both(row, ({ encoding }) => encodings[encoding].aliases[0] ?? encoding),
    switchesInWords(row.inputs),
    switchesInWords(row.outputs),
    row.inputGain.gainDb,
    row.outputGain.gainDb,
    row.isPassThroughOn ? 'on' : 'off',
    row.time,
  ];
}

/** What playing and recording have in common once, and both where they differ. */
function both({ play, record }: DeviceState, inWords: (format: StreamFormat) => string): string {
  const [played, recorded] = [inWords(play), inWords(record)];
  return played === recorded ? played : `${played}/${recorded}`;
}

/** The numbers of those that are on, the telephone line's marked, and how many there are. */
function switchesInWords({ count, onMask, phoneMask }: SwitchState): string {
  if (count === 0) return '-';
  const on = Array.from({ length: count }, (_, bit) => bit)
    .filter((bit) => hasBit(onMask, bit))
    .map((bit) => (hasBit(phoneMask, bit) ? `${bit}(phone)` : String(bit)));
  return `${on.join(',') || 'none'} of ${count}`;
}

function hasBit(mask: number, bit: number): boolean {
  return ((mask >>> bit) & 1) === 1;
}
