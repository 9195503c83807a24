// When a request is BadLength, whatever it claims, and that the stream goes on after it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAttributes } from '#shared/protocol/attributes';
import { ProtocolError } from '#shared/protocol/errors';
import { requestCodecs } from '#shared/wire/request-codec';
import type { RequestFrame } from '#shared/wire/request-reader';
import { type ByteOrder, build, byteOrders, concat } from '#test/support/byte-builder';
import { type ClientMessage, clientMessageNamed, clientMessages } from '#test/support/messages';
import {
  assertSame,
  type Bytes,
  readRequests,
  requestReader,
  written,
} from '#test/support/streams';

/** How the original checks the length of each, in units of 4 bytes: n is what varies, p() pads it, – is not checked. */
const lengthColumn: Readonly<Record<string, string>> = {
  SelectEvents: '≥3',
  DialPhone: '3+p(n)',
  CreateAC: '4+k',
  ChangeACAttributes: '4+k',
  FreeAC: '=2',
  PlaySamples: '≥5',
  RecordSamples: '≥5',
  GetTime: '–',
  QueryExtension: '2+p(n)',
  ListExtensions: '=1',
  KillClient: '–',
  HookSwitch: '=3',
  SetAccessControl: '=2',
  ChangeHosts: '2+p(n)',
  ListHosts: '=1',
  SetInputGain: '=3',
  SetOutputGain: '=3',
  QueryInputGain: '=2',
  QueryOutputGain: '=2',
  EnableInput: '=3',
  EnableOutput: '=3',
  DisableInput: '=3',
  DisableOutput: '=3',
  SyncConnection: '–',
  QueryPhone: '=2',
  EnablePassThrough: '=3',
  DisablePassThrough: '=3',
  FlashHook: '=3',
  ChangeProperty: '6+p(n·fmt/8)',
  DeleteProperty: '=3',
  GetProperty: '=6',
  ListProperties: '=2',
  InternAtom: '2+p(n)',
  GetAtomName: '=2',
  EnableGainControl: '=3',
  DisableGainControl: '=3',
  NoOperation: '≥1',
  AFTime: '=1',
};

const column = (name: string): string => lengthColumn[name] ?? 'missing';
const isExact = (name: string): boolean => /^=|\+p/.test(column(name));
const minUnits = (name: string): number => Number(/\d+/.exec(column(name))?.[0] ?? 1);

/** What decoding the only request of a stream came to: its value, or the name and value of its error. */
function outcome(byteOrder: ByteOrder, message: ClientMessage, bytes: Bytes): unknown {
  const outcomes: unknown[] = [];
  const sync = build(byteOrder).u8(27, 0).u16(1).build();
  readRequests(requestReader(byteOrder), [concat([bytes, sync])], (frame) => {
    outcomes.push(frame.opcode === 27 && outcomes.length > 0 ? 'sync' : tryDecode(message, frame));
  });
  assertSame([outcomes.length, outcomes[1]], [2, 'sync']);
  return outcomes[0];
}

function tryDecode(message: ClientMessage, frame: RequestFrame): unknown {
  try {
    return message.codec.decode(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `${error.errorName} ${error.value}`;
  }
}

function withUnits(byteOrder: ByteOrder, bytes: Bytes, units: number): Bytes {
  const changed = new Uint8Array(4 * Math.max(units, 1));
  changed.set(bytes.subarray(0, changed.length));
  changed.set(build(byteOrder).u16(units).build(), 2);
  return changed;
}

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  const encoded = (message: ClientMessage, value: unknown): Bytes =>
    written(byteOrder, (writer) => message.codec.encode(writer, value, message.opcode));

  it('has a rule for every request', () => {
    expect(Object.keys(lengthColumn).sort()).toEqual(clientMessages.map(({ name }) => name).sort());
  });

  it.each(clientMessages.filter(({ name }) => isExact(name)))(
    '$name with a unit too much or too little is BadLength',
    (message) => {
      fc.assert(
        fc.property(message.values, (value) => {
          const bytes = encoded(message, value);
          const units = bytes.length / 4;
          assertSame(outcome(byteOrder, message, bytes), value);
          for (const wrong of [units - 1, units + 1]) {
            const changed = withUnits(byteOrder, bytes, wrong);
            assertSame(outcome(byteOrder, message, changed), 'BadLength 0');
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(clientMessages.filter(({ name }) => column(name).startsWith('≥')))(
    '$name may be longer than its fields, but not shorter',
    (message) => {
      fc.assert(
        fc.property(message.values, (value) => {
          const bytes = encoded(message, value);
          const units = bytes.length / 4;
          const longer = withUnits(byteOrder, bytes, units + 3);
          assertSame(outcome(byteOrder, message, longer), value);
          const shorter = withUnits(byteOrder, bytes, minUnits(message.name) - 1);
          assertSame(outcome(byteOrder, message, shorter), 'BadLength 0');
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(clientMessages.filter(({ name }) => column(name) === '–'))(
    '$name may have any length that holds its fields',
    (message) => {
      fc.assert(
        fc.property(message.values, (value) => {
          const bytes = encoded(message, value);
          const longer = withUnits(byteOrder, bytes, bytes.length / 4 + 2);
          assertSame(outcome(byteOrder, message, longer), value);
        }),
        { numRuns: 10 },
      );
    },
  );

  it('SyncConnection is good even with length 0, and GetTime and KillClient need room for their id', () => {
    const sync = build(byteOrder).u8(27, 0).u16(0).build();
    expect(outcome(byteOrder, clientMessageNamed('SyncConnection'), sync)).toEqual({});
    for (const name of ['GetTime', 'KillClient']) {
      const message = clientMessageNamed(name);
      const short = build(byteOrder).u8(message.opcode, 0).u16(1).build();
      expect(outcome(byteOrder, message, short)).toBe('BadLength 0');
    }
  });

  it.each(clientMessages.filter(({ name }) => column(name) !== '–'))(
    '$name with length 0 is BadLength, and the stream goes on after 4 bytes',
    (message) => {
      const bytes = build(byteOrder).u8(message.opcode, 0).u16(0).build();
      expect(outcome(byteOrder, message, bytes)).toBe('BadLength 0');
    },
  );

  it.each(['CreateAC', 'ChangeACAttributes'])(
    '%s needs its fixed fields and as many values as its mask has bits',
    (name) => {
      const message = clientMessageNamed(name);
      const request = (units: number): Bytes =>
        withUnits(
          byteOrder,
          build(byteOrder).u8(message.opcode, 0).u16(4).u32(9, 3, 1).build(),
          units,
        );
      expect(outcome(byteOrder, message, request(3))).toBe('BadLength 0');
      for (const valueCount of [0, 1, 2, 3]) {
        const value = outcome(byteOrder, message, request(4 + valueCount));
        const { mask, values } = value as { mask: number; values: number[] };
        expect(values).toHaveLength(valueCount);
        const read = (): unknown => readAttributes(mask, values);
        if (valueCount === 2) expect(read()).toEqual({ recordGainDb: 0, playGainDb: 0 });
        else expect(read).toThrow('BadLength');
      }
    },
  );

  it('a play of more bytes than the request holds is BadLength', () => {
    const play = (byteCount: number): Bytes =>
      build(byteOrder).u8(7, 0).u16(7).u32(1, 2, byteCount).u16(1, 0).zeros(8).build();
    const message = clientMessageNamed('PlaySamples');
    expect(outcome(byteOrder, message, play(8))).toMatchObject({ samples: new Uint8Array(8) });
    for (const byteCount of [9, 400, 0x8000_0000, 0xffff_fff8, 0xffff_ffff]) {
      expect(outcome(byteOrder, message, play(byteCount))).toBe('BadLength 0');
    }
  });

  it('counts beyond the request are BadLength, however large', () => {
    const named = (opcode: number, byteCount: number): Bytes =>
      build(byteOrder).u8(opcode, 0).u16(3).u16(byteCount, 0).text('name').build();
    for (const name of ['QueryExtension', 'InternAtom']) {
      const message = clientMessageNamed(name);
      expect(outcome(byteOrder, message, named(message.opcode, 4))).toMatchObject({ name: 'name' });
      for (const byteCount of [0, 5, 0x8000, 0xffff]) {
        expect(outcome(byteOrder, message, named(message.opcode, byteCount))).toBe('BadLength 0');
      }
    }
    // 0x40000001 units of 32 bits are 4 bytes in arithmetic that wraps.
    for (const unitCount of [2, 0x4000_0001, 0x8000_0001, 0xffff_ffff]) {
      const bytes = build(byteOrder)
        .u8(33, 0)
        .u16(7)
        .u32(1, 20, 4)
        .u8(32, 0, 0, 0)
        .u32(unitCount, 5);
      const message = clientMessageNamed('ChangeProperty');
      expect(outcome(byteOrder, message, bytes.build())).toBe('BadLength 0');
    }
  });

  it('decoding what claims to be huge allocates nothing by the claim', () => {
    const bytes = build(byteOrder)
      .u8(33, 0)
      .u16(7)
      .u32(1, 20, 4)
      .u8(8, 0, 0, 0)
      .u32(0xffff_ffff, 5);
    const message = clientMessageNamed('ChangeProperty');
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 200; round += 1) outcome(byteOrder, message, bytes.build());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('what is too long for any request is refused by the encoder, and leaves the writer as it was', () => {
    const tooLong = 'x'.repeat(65_536);
    const data = new Uint8Array(4 * 65_536);
    const writes = written(byteOrder, (writer) => {
      requestCodecs.SyncConnection.encode(writer, {});
      const name = (): void =>
        requestCodecs.InternAtom.encode(writer, { onlyIfExists: false, name: tooLong });
      expect(name).toThrow(RangeError);
      const notBytes = (): void =>
        requestCodecs.InternAtom.encode(writer, { onlyIfExists: true, name: 'naïve — €' });
      expect(notBytes).toThrow('does not fit into a byte');
      const property = (): void =>
        clientMessageNamed('ChangeProperty').codec.encode(writer, {
          mode: 'append',
          context: 1,
          property: 2,
          type: 3,
          format: 8,
          data,
        });
      expect(property).toThrow(RangeError);
      requestCodecs.SyncConnection.encode(writer, {});
    });
    const sync = build(byteOrder).u8(27, 0).u16(1).build();
    expect(writes).toEqual(concat([sync, sync]));
  });
});
