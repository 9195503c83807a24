// The hand-written encoder of the one reply that carries sound writes what the table's encoder writes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeviceTime } from '#shared/protocol/ids';
import { encodeRecordReply } from '#shared/wire/record-samples';
import { requestCodecs } from '#shared/wire/request-codec';
import { Writer } from '#shared/wire/writer';

it('equals the table, also behind other messages', () => {
  const replies = fc.record({
    littleEndian: fc.boolean(),
    sequence: fc.nat(0xffff),
    time: fc.integer({ min: 0, max: 0xffff_ffff }),
    samples: fc.uint8Array({ maxLength: 40 }),
    before: fc.uint8Array({ maxLength: 8 }),
  });
  fc.assert(
    fc.property(replies, ({ littleEndian, sequence, time, samples, before }) => {
      const [own, table] = [new Writer(littleEndian), new Writer(littleEndian)];
      for (const writer of [own, table]) writer.append(before);
      const at = encodeRecordReply(own, sequence, time as DeviceTime, samples.length);
      own.bytes.set(samples, at);
      const reply = { time: time as DeviceTime, samples };
      requestCodecs.RecordSamples.encodeReply(table, sequence, reply);
      expect(own.take()).toEqual(table.take());
    }),
  );
});
