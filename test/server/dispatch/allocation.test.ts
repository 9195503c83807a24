// What programs play in real time leaves little for the garbage collector, whose pauses all others would hear.
import { expect, it } from 'vitest';
import { encodings } from '#shared/protocol/encodings';
import type { RequestOf } from '#shared/protocol/requests/index';
import { bytesPerTurn } from '#test/support/allocation';
import { createTestServer } from '#test/support/dispatch';
import { requestBytes, TestClient } from '#test/support/test-client';

const HIFI = 2;
/** One view of the request's samples has 96; an object more shows. */
const MOST_BYTES_PER_PLAY = 112;

it('a play that is placed at once leaves one view behind', () => {
  const server = createTestServer();
  const client = new TestClient(server);
  const context = client.createContext(HIFI);
  const play = {
    bigEndianSamples: false,
    noTimeReply: true,
    context,
    startTime: client.time(context) + 4_800,
    channelCount: 2,
    encoding: encodings.LIN16.id,
    samples: new Uint8Array(800).fill(1),
  } as RequestOf<'PlaySamples'>;
  const bytes = requestBytes('PlaySamples', play);
  const perPlay = bytesPerTurn(() => client.connection.sendInPlace(bytes), MOST_BYTES_PER_PLAY);
  expect(perPlay).toBeLessThan(MOST_BYTES_PER_PLAY);
  expect(server.dispatch.total()).toMatchObject({ errorCount: 0, latePlayCount: 0 });
});
