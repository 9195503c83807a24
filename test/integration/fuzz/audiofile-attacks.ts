// Nonsense for the doors of AudioFile: recorded conversations that were damaged, requests made at random from
// the tables, and bytes that mean nothing.
import fc from 'fast-check';
import { MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import { concat } from '#test/support/byte-builder';
import { type GoldenConnection, recordings, streamOf } from '#test/support/golden';
import { type ClientMessage, clientMessages } from '#test/support/messages';
import { mutate } from '#test/support/mutations';
import type { Random } from '#test/support/random';
import { type Bytes, plainSetup, written } from '#test/support/streams';
import { openSocket } from '../support/clients.ts';
import { type Attack, firstAnswer, pick, randomBytes, sendAndLeave } from './attack.ts';

const conversations: readonly GoldenConnection[] = recordings
  .flatMap(({ connections }) => connections)
  .filter(({ fromClient }) => fromClient.length > 1 && streamOf(fromClient).length < 100_000);
const pool = conversations.map(({ fromClient }) => streamOf(fromClient.slice(1)));

const FIRST_CLIENT = 0x0010_0000;
const INDEX_MASK = 0xfff0_0000;

/** Recorded clients were the first; ids are moved to the range of the client that sends them now. */
function moveIds(stream: Bytes, littleEndian: boolean, resourceIdBase: number): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 4; at + 4 <= stream.length; at += 4) {
    const word = view.getUint32(at, littleEndian);
    if ((word & INDEX_MASK) >>> 0 !== FIRST_CLIENT) continue;
    view.setUint32(at, (word - FIRST_CLIENT + resourceIdBase) >>> 0, littleEndian);
  }
}

function damaged(stream: Bytes, random: Random): Bytes {
  let result = stream.slice();
  for (let left = random(5); left > 0; left -= 1) result = mutate(result, random, pool);
  return result;
}

/** The base of the client's ids, or undefined when it was not let in. */
function resourceIdBaseIn(answer: Buffer | undefined, littleEndian: boolean): number | undefined {
  if (answer === undefined || answer.length < 16 || answer[0] !== 1) return undefined;
  return littleEndian ? answer.readUInt32LE(12) : answer.readUInt32BE(12);
}

type Stream = (
  random: Random,
  littleEndian: boolean,
  resourceIdBase: number | undefined,
) => Uint8Array;

/** Sets up in one byte order or the other, and sends what `streamOf` gives. */
function attack(
  name: string,
  setupOf: (random: Random) => { setup: Bytes; littleEndian: boolean; stream: Stream },
): Attack {
  return {
    name,
    async run({ serverNumber }, random, sent) {
      const { setup, littleEndian, stream } = setupOf(random);
      const socket = await openSocket(serverNumber, { door: pick(['TCP', 'UNIX'], random) });
      socket.write(setup);
      sent(setup);
      const base = resourceIdBaseIn(await firstAnswer(socket), littleEndian);
      const bytes = stream(random, littleEndian, base);
      sent(bytes);
      await sendAndLeave(socket, bytes, random);
    },
  };
}

const damagedRecordings = attack('damaged', (random) => {
  const conversation = pick(conversations, random);
  const littleEndian = conversation.byteOrder === 'little';
  const opening = conversation.fromClient[0]?.bytes ?? new Uint8Array(0);
  const setup = random(5) === 0 ? damaged(opening, random) : opening.slice();
  return {
    setup,
    littleEndian,
    stream(_random, _littleEndian, base) {
      const stream = streamOf(conversation.fromClient.slice(1)).slice();
      if (base !== undefined) moveIds(stream, littleEndian, base);
      return damaged(stream, random);
    },
  };
});

const MOST_REQUESTS = 40;
const CONTEXTS = 4;
const DEVICES = 5;
/** As many as attack at a time, and none that is far from them. */
const CLIENTS = 13;
const EXTENSION_OPCODES = [128, 129];

/** Numbers that mean something, so that a request gets further than its first check. */
function plausible(message: ClientMessage, value: unknown, base: number, random: Random): unknown {
  const context = (base + random(CONTEXTS)) >>> 0;
  const likely: Readonly<Record<string, unknown>> = {
    context,
    device: random(DEVICES),
    // Only those that attack too; the one that must notice nothing has a far larger number.
    ...(message.name === 'KillClient' && { resource: random(CLIENTS) << 20 }),
    ...(random(2) === 0 && { channelCount: 1 + random(2), encoding: random(21) }),
    ...(random(2) === 0 && { byteCount: 4 * random(5_000) }),
    ...(random(2) === 0 && { property: 1 + random(30), type: 1 + random(30), mask: random(64) }),
    ...(random(3) === 0 && { rateHz: 4_000 + random(188_000), family: 0 }),
  };
  const entries = Object.entries(value as object).map(([name, own]) => [name, likely[name] ?? own]);
  return Object.fromEntries(entries);
}

function randomRequest(littleEndian: boolean, base: number, random: Random): Uint8Array {
  const message = pick(clientMessages, random);
  const [value] = fc.sample(message.values, { numRuns: 1, seed: random(2 ** 31) });
  try {
    const bytes = written(littleEndian ? 'little' : 'big', (writer) =>
      message.codec.encode(writer, plausible(message, value, base, random), message.opcode),
    );
    return random(20) === 0 ? mutate(bytes, random, pool) : bytes;
  } catch {
    // A number does not fit into its field: nonsense of another kind.
    return Uint8Array.of(pick(EXTENSION_OPCODES, random), random(6), 1, 0);
  }
}

const fromTables = attack('tables', (random) => {
  const littleEndian = random(2) === 0;
  return {
    setup: plainSetup(littleEndian ? 'little' : 'big'),
    littleEndian,
    stream(_random, _littleEndian, base = 0x0010_0000) {
      const contexts = Array.from({ length: CONTEXTS }, (_, i) => {
        const request = { context: base + i, device: random(DEVICES), mask: 0, values: [] };
        const create = clientMessages.find(({ name }) => name === 'CreateAC');
        return written(littleEndian ? 'little' : 'big', (writer) =>
          create?.codec.encode(writer, request, create.opcode),
        );
      });
      const requests = Array.from({ length: random(MOST_REQUESTS) }, () =>
        randomRequest(littleEndian, base, random),
      );
      return concat([...contexts, ...requests]);
    },
  };
});

const raw = attack('raw', (random) => ({
  setup: random(2) === 0 ? plainSetup('little') : randomBytes(random(40), random),
  littleEndian: true,
  stream: () => randomBytes(random(random(20) === 0 ? 2 * MAX_REQUEST_BYTES : 3_000), random),
}));

export const audioFileAttacks: readonly Attack[] = [damagedRecordings, fromTables, raw];
