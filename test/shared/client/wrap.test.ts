// Sequence numbers past 65,535, of which packets carry only 16 bits.
import { describe, expect, it } from 'vitest';
import { connected, opcodesHeard, outcomeOf } from './support/connected.ts';
import { bytesOf, conversationsOf } from './support/golden.ts';
import { turn } from './support/scripted-peer.ts';

const SYNC = 27;

describe('sequence numbers', () => {
  it('wrap as the original recorded it: errors and replies before and after meet their calls', async () => {
    const exchanges = conversationsOf('raw/sequence-wrap-le.json')[0]?.exchanges ?? [];
    const { connection, peer } = await connected();
    // As many requests as the recording has before its number 65,532. The client's own syncs count too.
    let sequence = 0;
    while (sequence < 65_531) {
      const wanted = Math.min(1_000, 65_531 - sequence - 1);
      for (let count = 0; count < wanted; count += 1) connection.noOperation().catch(() => {});
      if (wanted === 0) connection.sync();
      await turn();
      for (const opcode of opcodesHeard(peer)) {
        sequence += 1;
        if (opcode === SYNC) peer.sayReply(sequence);
      }
    }
    const recorded = exchanges.slice(exchanges.findIndex(({ seq }) => seq === 65_532));
    const sayRecorded = (seq: number): void => {
      const answer = recorded.find(
        (exchange) => exchange.from === 'server' && exchange.seq === seq,
      );
      if (answer) peer.say(bytesOf(answer));
    };
    const calls = [
      connection.sync(),
      outcomeOf(connection.useContext(0x7777, 1).getTime()),
      connection.useContext(0x100000, 1).getTime(),
      connection.sync(),
      connection.sync(),
      connection.sync(),
    ];
    await turn();
    expect(opcodesHeard(peer)).toEqual([SYNC, 9, 9, SYNC, SYNC, SYNC]);
    for (const seq of [65_532, 65_533, 65_534, 65_535, 0, 1]) sayRecorded(seq);
    const [, refused, time] = await Promise.all(calls);
    expect(refused).toMatchObject({ errorName: 'BadAC', value: 0x7777 });
    expect(time).toBe(2_682);
  });

  it('never have 32,767 unanswered requests in a row, so that no packet is ambiguous', async () => {
    const { connection, peer } = await connected();
    const calls = Array.from({ length: 100_000 }, () => connection.noOperation());
    const last = outcomeOf(connection.useContext(0x100000, 1).controls.setInputGain(99));
    await turn();
    const opcodes = opcodesHeard(peer);
    const syncs = opcodes.flatMap((opcode, index) => (opcode === SYNC ? [index + 1] : []));
    expect(syncs).toHaveLength(4);
    for (const [index, sequence] of syncs.entries()) {
      expect(sequence - (syncs[index - 1] ?? 0)).toBeLessThanOrEqual(32_767);
      if (index === 3) peer.sayError(sequence - 1, 2, 19);
      peer.sayReply(sequence);
    }
    await Promise.all(calls);
    expect(await last).toMatchObject({ request: 'SetInputGain' });
  });
});
