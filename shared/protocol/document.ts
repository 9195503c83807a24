// Writes docs/protocol.md from the tables, so that the document cannot drift from the code.
import { predefinedAtoms } from './atoms.ts';
import { contextAttributes } from './attributes.ts';
import { encodings } from './encodings.ts';
import { errorBody, errors } from './errors.ts';
import { events } from './events.ts';
import { extensions } from './extensions.ts';
import type { FieldSpec, Layout } from './fields.ts';
import { MAX_FRAMED_BYTES, MAX_REQUEST_BYTES, PACKET_BYTES } from './limits.ts';
import type { AnyReplyEntry, AnyRequestEntry, LengthRule } from './message.ts';
import { requests } from './requests/index.ts';
import {
  BYTE_ORDER_MARKS,
  deviceDescription,
  MAGIC_COOKIE,
  PROTOCOL_MAJOR,
  PROTOCOL_MINOR,
  refusals,
  setupAccepted,
  setupReplyPrefix,
  setupRequest,
} from './setup.ts';

type DescribedSpec<K> = Extract<FieldSpec, { kind: K }>;

/** How each kind of field reads in a table: its size in bytes (0 where it varies) and its description. */
const fieldWords: {
  [K in FieldSpec['kind']]: (spec: DescribedSpec<K>) => { byteCount: number; words: string };
} = {
  number: ({ byteCount, signed }) => ({
    byteCount,
    words: `${8 * byteCount}-bit ${signed ? 'signed' : 'unsigned'}`,
  }),
  wide: () => ({ byteCount: 8, words: '64-bit unsigned, the high half first' }),
  boolean: () => ({ byteCount: 1, words: '0 or 1' }),
  bit: ({ mask }) => ({ byteCount: 0, words: `bit ${Math.log2(mask)} (value ${mask})` }),
  choice: ({ choices }) => ({
    byteCount: 1,
    words: Object.entries(choices)
      .map(([name, number]) => `${number} ${name}`)
      .join(', '),
  }),
  oneOf: ({ numbers }) => ({ byteCount: 1, words: `one of ${numbers.join(', ')}` }),
  pad: ({ byteCount }) => ({ byteCount, words: 'unused, send 0, ignore' }),
  count: ({ byteCount, of }) => ({ byteCount, words: `${8 * byteCount}-bit count of ${of}` }),
  bytes: ({ count }) => ({ byteCount: 0, words: `${count} bytes, padded to 4` }),
  text: ({ count, padded }) => ({
    byteCount: 0,
    words: `${count} bytes of text${padded ? ', padded to 4' : ''}`,
  }),
  units: ({ count, format }) => ({
    byteCount: 0,
    words: `${count} units of as many bits as ${format} says, padded to 4`,
  }),
  list: ({ count, item }) => ({
    byteCount: 0,
    words: `${count} times: ${Object.keys(item).join(', ')}; padded to 4`,
  }),
  numbers: ({ count }) => ({
    byteCount: 0,
    words: `${count ?? 'to the end,'} 32-bit numbers`,
  }),
};

interface Row {
  readonly offset: string;
  readonly size: string;
  readonly name: string;
  readonly words: string;
}

function rows(layout: Layout, firstOffset: number): Row[] {
  let offset = firstOffset;
  let isFixed = true;
  return Object.entries(layout).map(([name, { spec }]) => {
    const describe = fieldWords[spec.kind] as (spec: FieldSpec) => {
      byteCount: number;
      words: string;
    };
    const { byteCount, words } = describe(spec);
    const isBit = spec.kind === 'bit';
    const row = {
      offset: isFixed ? String(offset) : '…',
      size: byteCount > 0 ? String(byteCount) : isBit ? 'bit' : '…',
      name: spec.kind === 'pad' ? '' : `\`${name}\``,
      words,
    };
    offset += byteCount;
    if (byteCount === 0 && !isBit) isFixed = false;
    return row;
  });
}

function fieldTable(...parts: Row[][]): string {
  return table(
    ['offset', 'bytes', 'field', 'holds'],
    parts.flat().map(({ offset, size, name, words }) => [offset, size, name, words]),
  );
}

function table(head: string[], body: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

const lengthWords: Record<LengthRule, string> = {
  exact: 'The length must fit exactly.',
  exactAfterValues:
    'The length must fit exactly; the fields of fixed size must be there before their values are looked at, and the exact length is looked at after them.',
  atLeast: 'More bytes than the fields need are ignored.',
  unchecked: 'The length is not checked beyond what the fields need.',
};

function replySection(reply: AnyReplyEntry | undefined): string {
  if (!reply) return 'No reply.';
  const parts = [rows(reply.detail, 1), rows(reply.body, 8), rows(reply.extra, PACKET_BYTES)];
  if (parts.every((part) => part.length === 0)) return 'Reply: 32 bytes without fields.';
  return `Reply:\n\n${fieldTable(...parts)}`;
}

function requestSection(name: string, entry: AnyRequestEntry, opcode: string): string {
  const parts = [rows(entry.detail, 1), rows(entry.body, 4)];
  const fields = parts.every((part) => part.length === 0) ? 'No fields.' : fieldTable(...parts);
  const errorWords =
    entry.errors.length > 0 ? `Errors, in this order: ${entry.errors.join(', ')}.` : 'No errors.';
  return [
    `### ${name} (${opcode})`,
    entry.doc,
    fields,
    `${lengthWords[entry.length]} ${errorWords}`,
    replySection(entry.reply),
  ].join('\n\n');
}

const setupSections = (): string[] => [
  '## Set-up',
  `The client opens with one byte that says the byte order of everything that follows, both ways: ${BYTE_ORDER_MARKS.little.toString(16)} hexadecimal (\`l\`) for little endian, ${BYTE_ORDER_MARKS.big.toString(16)} (\`B\`) for big endian. A server closes the connection when it is neither. The version is ${PROTOCOL_MAJOR}.${PROTOCOL_MINOR} and must match. The only authorization protocol is ${MAGIC_COOKIE}; names and data may be empty.`,
  fieldTable(rows(setupRequest, 2)),
  'The answer begins with 8 bytes:',
  fieldTable(rows(setupReplyPrefix, 0)),
  `When \`accepted\` is 0 the reason follows, and the connection ends. The reasons are “${Object.values(refusals).join('”, “')}”. Otherwise follows:`,
  fieldTable(rows(setupAccepted, 8)),
  'Each device:',
  fieldTable(rows(deviceDescription, 0)),
  'The offsets of a device count from its own start; its index is its place in the list.',
];

const framingSections = (): string[] => [
  '## Framing',
  `A request begins with its opcode (byte 0), a detail byte (1), and its length in units of 4 bytes, the header included (2–3). The longest that is looked at has ${MAX_REQUEST_BYTES} bytes; longer ones, up to the ${MAX_FRAMED_BYTES} that the field can say, are read over and answered with BadLength. A length of 0 stands for a request of 4 bytes that is too short.`,
  'Requests count from 1; replies, errors and events carry the low 16 bits of the number of the last request that was taken from the client.',
  `A reply is 1 (byte 0), a detail byte (1), the sequence number (2–3), the length beyond ${PACKET_BYTES} bytes in units of 4 (4–7), and its fields. Errors and events have ${PACKET_BYTES} bytes. Unused bytes are sent as 0 and ignored.`,
];

const contextSections = (): string[] => [
  '## Attributes of an audio context',
  'CreateAC and ChangeACAttributes carry a mask and one 32-bit value for each of its bits, the lowest bit first. Other bits are BadValue.',
  table(
    ['mask', 'attribute', 'means'],
    Object.entries(contextAttributes).map(([name, { mask, doc }]) => [
      String(mask),
      `\`${name}\``,
      doc,
    ]),
  ),
];

const encodingSections = (): string[] => [
  '## Encodings',
  'A unit is the least that can be played or recorded. With several channels the units of the channels take turns.',
  table(
    ['number', 'name', 'bytes a unit', 'samples a unit', 'also called', ''],
    Object.entries(encodings).map(([name, { id, bytesPerUnit, samplesPerUnit, aliases, doc }]) => [
      String(id),
      name,
      String(bytesPerUnit),
      String(samplesPerUnit),
      aliases.join(', '),
      doc,
    ]),
  ),
];

const requestSections = (): string[] => [
  '## Requests',
  ...Object.entries(requests).map(([name, entry]) =>
    requestSection(name, entry, `opcode ${entry.opcode}`),
  ),
];

const eventSections = (): string[] => [
  '## Events',
  'Byte 0 is the type, bytes 2–3 the sequence number of the last request. SelectEvents selects an event by the bit of the same number.',
  ...Object.entries(events).map(([name, { type, doc, body }]) =>
    [`### ${name} (type ${type})`, doc, fieldTable(rows(body, 4))].join('\n\n'),
  ),
];

const errorSections = (): string[] => [
  '## Errors',
  'Byte 0 is 0, byte 1 the code, bytes 2–3 the sequence number of the request that failed.',
  fieldTable(rows(errorBody, 4)),
  table(
    ['code', 'name', 'means'],
    Object.entries(errors).map(([name, { code, doc }]) => [String(code), name, doc]),
  ),
];

const atomSections = (): string[] => [
  '## Predefined atoms',
  table(
    ['atom', 'name'],
    Object.entries(predefinedAtoms).map(([name, atom]) => [String(atom), name]),
  ),
];

const extensionSections = (): string[] => [
  '## Extensions',
  'QueryExtension tells the opcode of an extension; the detail byte chooses among its requests.',
  ...Object.values(extensions).flatMap(({ name, doc, requests: extensionRequests }) => [
    `### ${name}`,
    doc,
    ...Object.entries(extensionRequests).map(([requestName, entry]) =>
      requestSection(requestName, entry, `minor opcode ${entry.opcode}`).replace('###', '####'),
    ),
  ]),
];

/** The whole of docs/protocol.md. */
export function protocolDocument(): string {
  const sections = [
    '# The AudioFile protocol, version 3.0',
    'Written by `npm run docs` from the tables in `shared/protocol`; change those. What a server makes of it where the original was odd is in [quirks.md](quirks.md).',
    ...setupSections(),
    ...framingSections(),
    ...contextSections(),
    ...encodingSections(),
    ...requestSections(),
    ...eventSections(),
    ...errorSections(),
    ...atomSections(),
    ...extensionSections(),
  ];
  return `${sections.join('\n\n')}\n`;
}
