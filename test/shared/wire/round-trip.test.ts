// Whatever the tables can carry comes back as it was, in both byte orders, however the bytes are cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BYTE_ORDER_MARKS,
  type SetupAccepted,
  type SetupRequest,
  setupAccepted,
  setupRequest,
} from '#shared/protocol/setup';
import {
  encodeSetupAccepted,
  encodeSetupRefused,
  encodeSetupRequest,
} from '#shared/wire/packet-codec';
import { RequestReader } from '#shared/wire/request-reader';
import { byteOrders, concat } from '#test/support/byte-builder';
import { clientMessages, serverMessages } from '#test/support/messages';
import {
  assertSame,
  packetReader,
  readPackets,
  readRequests,
  requestReader,
  splitsOf,
  written,
} from '#test/support/streams';
import { valuesOf } from '#test/support/values-of';

/** Each run tries every split of two messages, so a few runs are many thousand readings. */
const RUNS = { numRuns: 12 };
const sequences = fc.integer({ min: 0, max: 0xffff });

describe.each(byteOrders)('in %s-endian order', (byteOrder) => {
  it.each(clientMessages)('$name comes back from every split of the stream', (message) => {
    const { codec, opcode, values } = message;
    fc.assert(
      fc.property(values, values, (first, second) => {
        const stream = written(byteOrder, (writer) => {
          codec.encode(writer, first, opcode);
          codec.encode(writer, second, opcode);
        });
        assertSame(stream.length % 4, 0);
        for (const pieces of splitsOf(stream)) {
          const seen: unknown[] = [];
          readRequests(requestReader(byteOrder), pieces, (frame) => {
            assertSame([frame.opcode, frame.oversize], [opcode, false]);
            seen.push(Object.assign({}, codec.decode(frame)));
          });
          assertSame(seen, [first, second]);
        }
      }),
      RUNS,
    );
  });

  it.each(serverMessages)('$name comes back from every split of the stream', (message) => {
    fc.assert(
      fc.property(message.values, message.values, sequences, (first, second, sequence) => {
        const stream = written(byteOrder, (writer) => {
          message.encode(writer, sequence, first);
          message.encode(writer, sequence, second);
        });
        assertSame(stream.length % 4, 0);
        for (const pieces of splitsOf(stream)) {
          const seen: unknown[] = [];
          readPackets(packetReader(byteOrder), pieces, (packet) => {
            assertSame([packet.kind, packet.sequence], [message.kind, sequence]);
            seen.push(message.decode(packet));
          });
          assertSame(seen, [first, second]);
        }
      }),
      RUNS,
    );
  });

  it('the set-up request comes back from every split, with the byte order that it announces', () => {
    fc.assert(
      fc.property(valuesOf(setupRequest), (request: SetupRequest) => {
        const stream = written(byteOrder, (writer) => encodeSetupRequest(writer, request));
        assertSame(stream[0], BYTE_ORDER_MARKS[byteOrder]);
        for (const pieces of splitsOf(stream)) {
          const reader = new RequestReader();
          const results = pieces.map((piece) => {
            reader.push(piece);
            return reader.nextSetup();
          });
          const result = results.find(({ kind }) => kind !== 'incomplete');
          assertSame(result, { kind: 'request', littleEndian: byteOrder === 'little', request });
        }
      }),
      RUNS,
    );
  });

  it('the acceptance comes back from every split', () => {
    fc.assert(
      fc.property(valuesOf(setupAccepted), (setup: SetupAccepted) => {
        const stream = written(byteOrder, (writer) => encodeSetupAccepted(writer, setup));
        for (const pieces of splitsOf(stream)) {
          assertSame(answerFrom(pieces), { kind: 'accepted', setup });
        }
      }),
      RUNS,
    );
  });

  it('the refusal comes back from every split', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 255 }), (reason) => {
        const stream = written(byteOrder, (writer) => encodeSetupRefused(writer, reason));
        for (const pieces of splitsOf(stream)) {
          assertSame(answerFrom(pieces), { kind: 'refused', reason });
        }
      }),
      RUNS,
    );
  });

  it('a refusal is cut where its length byte ends', () => {
    const stream = written(byteOrder, (writer) => encodeSetupRefused(writer, 'x'.repeat(300)));
    expect(answerFrom([stream])).toEqual({ kind: 'refused', reason: 'x'.repeat(255) });
  });

  it('all requests after each other come back in their order, pushed byte by byte', () => {
    fc.assert(
      fc.property(fc.tuple(...clientMessages.map(({ values }) => values)), (values) => {
        const stream = written(byteOrder, (writer) => {
          clientMessages.forEach(({ codec, opcode }, index) => {
            codec.encode(writer, values[index], opcode);
          });
        });
        const pieces = Array.from(stream, (byte) => Uint8Array.of(byte));
        let index = 0;
        readRequests(requestReader(byteOrder), pieces, (frame) => {
          assertSame(clientMessages[index]?.codec.decode(frame), values[index]);
          index += 1;
        });
        assertSame(index, clientMessages.length);
      }),
      RUNS,
    );
  });

  function answerFrom(pieces: readonly Uint8Array<ArrayBuffer>[]): unknown {
    const reader = packetReader(byteOrder);
    for (const piece of pieces) {
      reader.push(piece);
      const answer = reader.nextSetup();
      if (answer.kind !== 'incomplete') return answer;
    }
    return undefined;
  }
});

it('views into Node buffers are decoded as plain bytes, which copy when they are sliced', () => {
  const request: SetupRequest = {
    majorVersion: 3,
    minorVersion: 0,
    authorizationName: 'MIT-MAGIC-COOKIE-1',
    authorizationData: Uint8Array.of(1, 2, 3),
  };
  const chunk = Buffer.from(
    concat([written('little', (writer) => encodeSetupRequest(writer, request))]),
  );
  const reader = new RequestReader();
  reader.push(chunk);
  const result = reader.nextSetup();
  chunk.fill(0);
  expect(result).toEqual({ kind: 'request', littleEndian: true, request });
});
