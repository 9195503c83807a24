// Atoms, properties and hosts: what the client remembers, and what it puts together from several replies.
import { describe, expect, it } from 'vitest';
import { ResourceIds } from '#shared/client/resource-ids';
import { predefinedAtoms } from '#shared/protocol/atoms';
import type { Atom } from '#shared/protocol/ids';
import { connected, opcodesHeard, outcomeOf } from './support/connected.ts';
import { type ScriptedPeer, turn } from './support/scripted-peer.ts';

const INTERN_ATOM = 37;
const GET_ATOM_NAME = 38;
const GET_PROPERTY = 35;

describe('atoms', () => {
  it('that every server has are never asked for', async () => {
    const { connection, peer } = await connected();
    expect(await connection.atoms.intern('STRING')).toBe(predefinedAtoms.STRING);
    expect(await connection.atoms.find('CARDINAL')).toBe(predefinedAtoms.CARDINAL);
    expect(await connection.atoms.nameOf(20 as Atom)).toBe('LAST_NUMBER_DIALED');
    await turn();
    expect(peer.heardByteCount).toBe(0);
  });

  it('are asked for once, even when many want them at once, and known both ways then', async () => {
    const { connection, peer } = await connected();
    const wanted = [1, 2, 3].map(() => connection.atoms.intern('DEVICE_NAME'));
    await turn();
    expect(opcodesHeard(peer)).toEqual([INTERN_ATOM]);
    peer.sayReply(1, peer.card32(40));
    expect(await Promise.all(wanted)).toEqual([40, 40, 40]);
    expect(await connection.atoms.nameOf(40 as Atom)).toBe('DEVICE_NAME');
    expect(await connection.atoms.find('DEVICE_NAME')).toBe(40);
    expect(peer.heardByteCount).toBe(0);
  });

  it('that do not exist are asked for again', async () => {
    const { connection, peer } = await connected();
    const missing = connection.atoms.find('LATER');
    const nameless = outcomeOf(connection.atoms.nameOf(99 as Atom));
    await turn();
    peer.sayReply(1, peer.card32(0));
    peer.sayError(2, 3, GET_ATOM_NAME, 99);
    expect(await missing).toBeUndefined();
    expect(await nameless).toMatchObject({ errorName: 'BadAtom', value: 99 });
    peer.takeRequests();
    connection.atoms.find('LATER').catch(() => {});
    connection.atoms.nameOf(99 as Atom).catch(() => {});
    await turn();
    expect(opcodesHeard(peer)).toEqual([INTERN_ATOM, GET_ATOM_NAME]);
    connection.abort();
  });
});

/** Answers GetProperty with a part of 32-bit or 8-bit units. */
function sayPart(
  peer: ScriptedPeer,
  sequence: number,
  part: { format: number; type: number; bytesAfter: number; unitCount: number; data: Uint8Array },
): void {
  const packet = Buffer.concat([Buffer.alloc(32), part.data, Buffer.alloc(-part.data.length & 3)]);
  packet[0] = 1;
  packet[1] = part.format;
  packet.writeUInt16LE(sequence, 2);
  packet.writeUInt32LE((packet.length - 32) / 4, 4);
  packet.writeUInt32LE(part.type, 8);
  packet.writeUInt32LE(part.bytesAfter, 12);
  packet.writeUInt32LE(part.unitCount, 16);
  peer.say(packet);
}

const text = (words: string) => Buffer.from(words, 'latin1');
const absent = { format: 0, type: 0, bytesAfter: 0, unitCount: 0, data: text('') };

describe('a property', () => {
  async function properties() {
    const { connection, peer } = await connected();
    return { connection, peer, properties: connection.useContext(0x100000, 1).properties };
  }

  it('of text is read and written as text', async () => {
    const { peer, properties: device } = await properties();
    const reading = device.getString(predefinedAtoms.COPYRIGHT);
    const writing = device.setString(predefinedAtoms.COPYRIGHT, '\xa9 1994');
    await turn();
    expect(peer.takeRequests().map((request) => request.toString('latin1').slice(24))).toEqual([
      '',
      '\xa9 1994\0\0',
      '',
    ]);
    sayPart(peer, 1, { format: 8, type: 4, bytesAfter: 0, unitCount: 6, data: text('\xa9 1993') });
    expect(await reading).toBe('\xa9 1993');
    peer.sayReply(3);
    await writing;
    await expect(device.setString(predefinedAtoms.COPYRIGHT, '\u2117')).rejects.toThrow(RangeError);
  });

  it('of numbers is read and written as numbers, its name looked up first', async () => {
    const { peer, properties: device } = await properties();
    const writing = device.setCardinals('RATES', [8_000, 2 ** 32 - 1]);
    await turn();
    peer.sayReply(1, peer.card32(50));
    await turn();
    expect(peer.takeRequests()[1]?.toString('hex')).toBe(
      '21000800000010003200000002000000200000000200000' + '0401f0000ffffffff',
    );
    peer.sayReply(3);
    await writing;
    const reading = device.getCardinals('RATES');
    await turn();
    const data = Buffer.from('401f0000ffffffff', 'hex');
    sayPart(peer, 4, { format: 32, type: 2, bytesAfter: 0, unitCount: 2, data });
    expect(await reading).toEqual([8_000, 2 ** 32 - 1]);
  });

  it('that is long is read in parts', async () => {
    const { peer, properties: device } = await properties();
    const reading = device.getString(predefinedAtoms.FILENAME);
    await turn();
    const first = {
      format: 8,
      type: 4,
      bytesAfter: 9,
      unitCount: 65_536,
      data: Buffer.alloc(65_536, 'a'),
    };
    sayPart(peer, 1, first);
    await turn();
    sayPart(peer, 2, { ...first, bytesAfter: 1, unitCount: 8, data: text('bbbbbbbb') });
    await turn();
    sayPart(peer, 3, { ...first, bytesAfter: 0, unitCount: 1, data: text('c') });
    expect(await reading).toBe(`${'a'.repeat(65_536)}bbbbbbbbc`);
    expect(peer.takeRequests().map((request) => request.readUInt32LE(16))).toEqual([
      0, 16_384, 16_386,
    ]);
  });

  it('that changes while it is read says so', async () => {
    const { peer, properties: device } = await properties();
    const reading = outcomeOf(device.get(predefinedAtoms.FILENAME));
    await turn();
    sayPart(peer, 1, { format: 8, type: 4, bytesAfter: 9, unitCount: 4, data: text('aaaa') });
    await turn();
    sayPart(peer, 2, absent);
    expect(await reading).toMatchObject({
      message: expect.stringMatching(/changed while it was read/),
    });
  });

  it('that is absent is undefined, whether its name is known or not', async () => {
    const { peer, properties: device } = await properties();
    const known = device.get(predefinedAtoms.FILENAME);
    const unknown = device.getCardinals('NOBODY_HAS_THIS');
    const deleting = device.delete('NOR_THIS');
    await turn();
    sayPart(peer, 1, absent);
    peer.sayReply(2, peer.card32(0));
    peer.sayReply(3, peer.card32(0));
    expect(await known).toBeUndefined();
    expect(await unknown).toBeUndefined();
    await deleting;
    expect(opcodesHeard(peer)).toEqual([GET_PROPERTY, INTERN_ATOM, INTERN_ATOM]);
  });

  it('of another type is not taken for text or numbers', async () => {
    const { peer, properties: device } = await properties();
    const asText = outcomeOf(device.getString(predefinedAtoms.FILENAME));
    const asNumbers = outcomeOf(device.getCardinals(predefinedAtoms.FILENAME));
    await turn();
    const data = text('12');
    sayPart(peer, 1, { format: 16, type: 4, bytesAfter: 0, unitCount: 1, data });
    sayPart(peer, 2, { format: 16, type: 3, bytesAfter: 0, unitCount: 1, data });
    expect(await asText).toMatchObject({ message: expect.stringMatching(/is not a STRING/) });
    expect(await asNumbers).toMatchObject({
      message: expect.stringMatching(/not a list of CARDINAL/),
    });
  });

  it('is among those that are listed by name', async () => {
    const { peer, properties: device } = await properties();
    const names = device.names();
    await turn();
    const atoms = Buffer.concat([peer.card32(20), peer.card32(1)]);
    peer.sayReply(1, Uint8Array.of(2, 0), atoms);
    expect(await names).toEqual(['LAST_NUMBER_DIALED', 'ATOM']);
  });
});

describe('the host list', () => {
  it.each(['localhost', '10.1.2', '10.1.2.256', '10.1.2.3.4', '10.1.2.x', ''])(
    'holds no such thing as %j',
    async (host) => {
      const { connection, peer } = await connected();
      await expect(connection.hosts.add(host)).rejects.toThrow(/of the form 10.1.2.3/);
      expect(peer.heardByteCount).toBe(0);
    },
  );
});

describe('contexts', () => {
  it('get ids in order, and ids again only when all have been used', () => {
    const ids = new ResourceIds(0x100000, 0x8000f);
    const taken = Array.from({ length: 16 }, () => ids.take());
    expect(taken).toEqual(taken.map((_, index) => 0x100000 + index));
    expect(() => ids.take()).toThrow(/used up/);
    for (const id of [taken[5], taken[3]]) if (id !== undefined) ids.giveBack(id);
    expect([ids.take(), ids.take()]).toEqual([0x100003, 0x100005]);
  });

  it("leave other clients' ids alone", () => {
    const ids = new ResourceIds(0x100000, 0x8000f);
    const first = ids.take();
    ids.giveBack((first + 0x100000) as typeof first);
    for (let count = 1; count < 16; count += 1) ids.take();
    expect(() => ids.take()).toThrow(/used up/);
  });

  it('that are refused give their ids back, and have the encoding that they were given', async () => {
    const { connection, peer } = await connected();
    const refused = outcomeOf(connection.createContext(1, { encoding: 'G722' }));
    const context = connection.createContext(1, {
      encoding: 'ALAW',
      playGainDb: -3,
      preempts: true,
    });
    await turn();
    peer.sayError(1, 2, 4, 0x100000);
    peer.sayReply(3);
    expect(await refused).toMatchObject({ errorName: 'BadValue', request: 'CreateAC' });
    const created = await context;
    expect([created.id, created.encoding, created.device.index]).toEqual([0x100001, 'ALAW', 1]);
    const changing = created.changeAttributes({ encoding: 'LIN16' });
    await turn();
    expect(created.encoding).toBe('ALAW');
    peer.sayReply(5);
    await changing;
    expect(created.encoding).toBe('LIN16');
  });
});
