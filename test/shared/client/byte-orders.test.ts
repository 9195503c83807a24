// What the original could not answer a big-endian client (it ended instead), with bytes built here; and
// each answer in both byte orders.
import { describe, expect, it } from 'vitest';
import { extensions } from '#shared/protocol/extensions';
import { connected } from './support/connected.ts';
import { turn } from './support/scripted-peer.ts';

describe.each([true, false])('in either byte order (little endian: %s)', (isLittle) => {
  it('an extension is asked for, opened and used', async () => {
    const { connection, peer } = await connected(isLittle);
    const opening = connection.extensions.open(extensions.aftime);
    await turn();
    const hex = peer.takeRequests()[0]?.toString('hex');
    expect(hex).toBe(
      isLittle ? '0c00040006000000414654696d650000' : '0c00000400060000414654696d650000',
    );
    peer.sayReply(1, Uint8Array.of(1, 200, 70, 130));
    const extension = await opening;
    expect(extension?.place).toEqual({ opcode: 200, firstEvent: 70, firstError: 130 });
    const asking = extension?.ask('AFTime', {});
    await turn();
    expect(peer.takeRequests()[0]?.toString('hex')).toBe(isLittle ? 'c8000100' : 'c8000001');
    peer.sayReply(2, peer.card32(0x89abcdef));
    expect(await asking).toEqual({ wallClockMs: 0x89abcdef });
  });

  it('an extension that the server lacks is undefined', async () => {
    const { connection, peer } = await connected(isLittle);
    const opening = connection.extensions.open(extensions.aftime);
    await turn();
    peer.sayReply(1, Uint8Array.of(0, 77, 77, 77));
    expect(await opening).toBeUndefined();
  });

  it("an extension's errors have a number of their own", async () => {
    const { connection, peer } = await connected(isLittle);
    const opening = connection.extensions.open(extensions.aftime);
    await turn();
    peer.sayReply(1, Uint8Array.of(1, 200, 70, 130));
    const asking = (await opening)?.ask('AFTime', {});
    await turn();
    peer.sayError(2, 131, 200);
    await expect(asking).rejects.toMatchObject({
      code: 131,
      errorName: undefined,
      request: 'AFTime',
      majorOpcode: 200,
    });
  });

  it('requests of an extension with minor opcodes carry them, answered or not', async () => {
    const { connection, peer } = await connected(isLittle);
    const { AFTime } = extensions.aftime.requests;
    const opening = connection.extensions.open({
      name: 'PAIR',
      doc: 'One request that is answered and one that is not, for this test.',
      usesMinorOpcodes: true,
      requests: { Ask: { ...AFTime, opcode: 3 }, Tell: { ...AFTime, opcode: 4, reply: undefined } },
    });
    await turn();
    peer.takeRequests();
    peer.sayReply(1, Uint8Array.of(1, 140, 0, 0));
    const extension = await opening;
    const told = extension?.tell('Tell', {});
    const asked = extension?.ask('Ask', {});
    await turn();
    const heard = peer.takeRequests().map(([opcode, minor]) => [opcode, minor]);
    expect(heard).toEqual([
      [140, 4],
      [140, 3],
    ]);
    peer.sayReply(3, peer.card32(6));
    expect(await asked).toEqual({ wallClockMs: 6 });
    await told;
  });

  it('the extensions are listed', async () => {
    const { connection, peer } = await connected(isLittle);
    const listing = connection.extensions.list();
    await turn();
    expect(peer.takeRequests()[0]?.toString('hex')).toBe(isLittle ? '0d000100' : '0d000001');
    const names = Buffer.from('\u0006AFTime\u0007GATEWAY\0', 'latin1');
    const reply = Buffer.concat([Buffer.alloc(32), names]);
    reply[0] = 1;
    reply[1] = 2;
    if (isLittle) reply.writeUInt16LE(1, 2);
    else reply.writeUInt16BE(1, 2);
    if (isLittle) reply.writeUInt32LE(4, 4);
    else reply.writeUInt32BE(4, 4);
    peer.say(reply);
    expect(await listing).toEqual(['AFTime', 'GATEWAY']);
  });

  it('gain control is switched, and its state is told upright', async () => {
    const { connection, peer } = await connected(isLittle);
    const { controls } = connection.useContext(0x100000, 0);
    const switching = [controls.setGainControl(true), controls.setGainControl(false)];
    await turn();
    expect(peer.takeRequests().map((request) => request.toString('hex'))).toEqual(
      isLittle
        ? ['270003000000100001000000', '280003000000100001000000']
        : ['270000030010000000000001', '280000030010000000000001'],
    );
    peer.sayReply(1, Buffer.concat([peer.card32(1), peer.card32(0)]));
    peer.sayReply(2, Buffer.concat([peer.card32(0), peer.card32(1)]));
    expect(await Promise.all(switching)).toEqual([false, true]);
  });
});
