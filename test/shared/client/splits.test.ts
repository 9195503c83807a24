// One whole session, its incoming bytes cut at every place: the client must not notice.
import { describe, expect, it } from 'vitest';
import { connectAudioFile } from '#shared/client/index';
import type { Atom } from '#shared/protocol/ids';
import { outcomeOf } from './support/connected.ts';
import { bytesOf, conversationsOf } from './support/golden.ts';
import { peerAndStream, turn } from './support/scripted-peer.ts';

/** What the client makes of sixteen requests in one write, the answers arriving as `pieces` cuts them. */
async function session(isLittle: boolean, pieces: (bytes: Buffer) => Buffer[]) {
  const file = isLittle ? 'raw/pipeline-le.json' : 'raw/pipeline-be.json';
  const exchanges = conversationsOf(file)[0]?.exchanges ?? [];
  const fromServer = exchanges.filter(({ from }) => from === 'server').map(bytesOf);
  const [accepted, ...answers] = fromServer;
  const { peer, stream } = peerAndStream(isLittle);
  const connecting = connectAudioFile(stream, { byteOrder: isLittle ? 'little' : 'big' });
  await turn();
  if (accepted) peer.say(accepted);
  const connection = await connecting;
  const { calls, atoms } = connection;
  const context = connection.useContext(0x100000, 1);
  const outcomes = [
    connection.createContext(1).then(({ id }) => id),
    connection.sync(),
    context.controls.inputGain(),
    calls.tell('SelectEvents', { context: context.id, mask: 1 }),
    connection.noOperation(),
    connection.noOperation(),
    context.controls.outputGain(),
    // The recording has an opcode here that does not exist; what it came to fits any request.
    connection.noOperation(),
    calls.ask('GetAtomName', { atom: 4 as Atom }),
    atoms.nameOf(0 as Atom),
    context.properties.list(),
    atoms.find('foo'),
    connection.sync(),
    context.free(),
    context.free(),
    connection.sync(),
  ].map(outcomeOf);
  await turn();
  for (const piece of pieces(Buffer.concat(answers))) {
    peer.say(piece);
    await turn();
  }
  const told = (await Promise.all(outcomes)).map((outcome) =>
    outcome instanceof Error ? outcome.message : outcome,
  );
  return { told, byteCount: Buffer.concat(answers).length };
}

describe.each([true, false])('the answers of a session (little endian: %s)', (isLittle) => {
  it('mean the same wherever they are cut', async () => {
    const whole = await session(isLittle, (bytes) => [bytes]);
    expect(whole.told.slice(0, 3)).toEqual([
      0x100000,
      undefined,
      { gainDb: 0, minGainDb: 0, maxGainDb: 24 },
    ]);
    expect(whole.told.filter((told) => typeof told === 'string')).toEqual([
      expect.stringMatching(/^The server refused SelectEvents \(BadValue\)/),
      expect.stringMatching(/^The server refused NoOperation \(BadRequest\)/),
      expect.stringMatching(/^The server refused GetAtomName \(BadAtom, 0x0\)/),
      expect.stringMatching(/^The server refused FreeAC \(BadAC, 0x100000\)/),
    ]);
    for (let cut = 1; cut < whole.byteCount; cut += 1) {
      const { told } = await session(isLittle, (bytes) => [
        bytes.subarray(0, cut),
        bytes.subarray(cut),
      ]);
      expect(told, `cut at ${cut}`).toEqual(whole.told);
    }
  });

  it('mean the same one byte at a time', async () => {
    const whole = await session(isLittle, (bytes) => [bytes]);
    const single = await session(isLittle, (bytes) => [...bytes].map((byte) => Buffer.of(byte)));
    expect(single.told).toEqual(whole.told);
  });
});
