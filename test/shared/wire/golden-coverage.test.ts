// Every message has bytes that our encoder did not make: recorded ones, or ones spelled out here.
import { describe, expect, it } from 'vitest';
import { type ByteBuilder, type ByteOrder, build, byteOrders } from '#test/support/byte-builder';
import { recordings } from '#test/support/golden';
import { clientMessages, serverMessages } from '#test/support/messages';
import { packetReader, written } from '#test/support/streams';

const SEQUENCE = 0x1234;

interface Handmade {
  readonly value: unknown;
  readonly bytes: (bytes: ByteBuilder) => ByteBuilder;
}

const replyHead = (bytes: ByteBuilder, detail: number, extraUnits: number): ByteBuilder =>
  bytes.u8(1, detail).u16(SEQUENCE).u32(extraUnits);

const gainControlReply: Handmade = {
  value: { oldMask: 1, newMask: 0 },
  bytes: (bytes) => replyHead(bytes, 0, 0).u32(1, 0).padTo(32),
};

function errorPacket(code: number): Handmade {
  return {
    value: { code, value: 0x0010_0001, minorOpcode: 0x0203, majorOpcode: 4 },
    bytes: (bytes) => bytes.u8(0, code).u16(SEQUENCE).u32(0x0010_0001).u16(0x0203).u8(4).padTo(32),
  };
}

/** What the original never sent, and what ended it before it could be recorded in big-endian order. */
const handmade: Readonly<Record<string, Handmade>> = {
  'QueryExtension reply': {
    value: { present: 1, opcode: 128, firstEvent: 64, firstError: 129 },
    bytes: (bytes) => replyHead(bytes, 0, 0).u8(1, 128, 64, 129).padTo(32),
  },
  'ListExtensions reply': {
    value: { extensions: [{ name: 'AFTime' }, { name: 'X' }] },
    // 1 + 6 + 1 + 1 bytes, and 3 to fill the third unit.
    bytes: (bytes) =>
      replyHead(bytes, 2, 3).padTo(32).u8(6).text('AFTime').u8(1).text('X').zeros(3),
  },
  'EnableGainControl reply': gainControlReply,
  'DisableGainControl reply': gainControlReply,
  'DSP event': {
    value: {
      event: 'DSP',
      seconds: 0x2f00_0001,
      microseconds: 999_999,
      time: 0xffff_fff0,
      device: 2,
      data0: 0x0102_0304,
      data1: 0x0506_0708,
    },
    bytes: (bytes) =>
      bytes
        .u8(5, 0)
        .u16(SEQUENCE)
        .u32(0x2f00_0001, 999_999, 0xffff_fff0, 2)
        .u32(0x0102_0304, 0x0506_0708)
        .padTo(32),
  },
  'BadAlloc error': errorPacket(6),
  'BadName error': errorPacket(9),
};

function recordedName(name: string): string {
  if (name === 'AFTime request') return 'AFTime';
  return name.replace(/ error to .*$/, ' error');
}

/** A request that was cut short on purpose shows nothing of its fields. */
function recordedIn(byteOrder: ByteOrder): ReadonlySet<string> {
  const packets = recordings.flatMap(({ connections }) =>
    connections
      .filter((connection) => connection.byteOrder === byteOrder)
      .flatMap(({ fromClient, fromServer }) => [...fromClient, ...fromServer]),
  );
  const whole = packets.filter(({ info }) => !('short' in info) && !('length' in info));
  return new Set(whole.map(({ name }) => recordedName(name)));
}

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  const recorded = recordedIn(byteOrder);
  const messageNames = [
    'set-up request',
    'set-up accepted',
    'set-up refused',
    ...clientMessages.map(({ name }) => name),
    ...serverMessages.map(({ name }) => name),
  ];

  it.each(messageNames)('%s was recorded, or is spelled out by hand', (name) => {
    expect(recorded.has(name) || name in handmade).toBe(true);
  });

  it.each(Object.entries(handmade))(
    '%s is read from and written to bytes made by hand',
    (name, { value, bytes }) => {
      const message = serverMessages.find((candidate) => candidate.name === name);
      if (!message) return expect.fail(`${name} is not in the tables`);
      const byHand = bytes(build(byteOrder)).build();
      const reader = packetReader(byteOrder);
      reader.push(byHand);
      const packet = reader.next() ?? expect.fail('the packet is whole');
      expect([packet.kind, packet.sequence]).toEqual([message.kind, SEQUENCE]);
      expect(message.decode(packet)).toEqual(value);
      expect(written(byteOrder, (writer) => message.encode(writer, SEQUENCE, value))).toEqual(
        byHand,
      );
    },
  );
});

it('spells out only what was not recorded in both byte orders', () => {
  const [little, big] = byteOrders.map(recordedIn);
  const needless = Object.keys(handmade).filter((name) => little?.has(name) && big?.has(name));
  expect(needless).toEqual([]);
});
