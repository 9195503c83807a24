// The files of messages: their names, and what becomes of those that a machine left unfinished.
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginMessage, makeMessageFolder, repairMessages } from '#cli/answering/message-file';
import { linearFormat } from '#cli/sound/linear-sound';
import { openSound } from '#cli/sound-files/reading';
import { newFolder } from '#test/support/new-folder';
import { wavBytes } from '../commands/support/sounds.ts';

const RATE_HZ = 8_000;
const RECEIVED_MS = Date.UTC(2026, 10, 20, 13, 45, 10, 250);
const PART = '2026-11-20T13-45-10.250Z';
const NOBODY = 2 ** 31 - 1;
let folder = '';

beforeEach(() => {
  folder = newFolder();
});

describe('a message', () => {
  it('is named when it is complete, by its time and its length', async () => {
    const message = await beginMessage(folder, RECEIVED_MS, RATE_HZ);
    await message.write(Int16Array.of(...Array(RATE_HZ).keys()));
    expect(readdirSync(folder)).toEqual([`${PART}.${process.pid}.part`]);
    await message.write(new Int16Array(RATE_HZ / 2));
    const saved = await message.finish();
    expect(saved).toEqual({
      id: `${PART}_1.5s`,
      file: path.join(folder, `${PART}_1.5s.wav`),
      receivedAt: '2026-11-20T13:45:10.250Z',
      durationSeconds: 1.5,
    });
    expect(readdirSync(folder)).toEqual([`${PART}_1.5s.wav`]);
    const { declaredByteCount, close } = await openSound(saved?.file ?? '');
    await close();
    expect(declaredByteCount).toBe(1.5 * RATE_HZ * 2);
  });

  it('is for its owner only', async () => {
    const inner = path.join(folder, 'state', 'messages');
    await makeMessageFolder(inner);
    await makeMessageFolder(inner);
    const message = await beginMessage(inner, RECEIVED_MS, RATE_HZ);
    await message.write(new Int16Array(800));
    const saved = await message.finish();
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    expect(statSync(saved?.file ?? '').mode & 0o777).toBe(0o600);
  });

  it('has a name of its own where two begin at once', async () => {
    const messages = await Promise.all(
      [1, 2].map(() => beginMessage(folder, RECEIVED_MS, RATE_HZ)),
    );
    for (const message of messages) await message.write(new Int16Array(800));
    for (const message of messages) await message.finish();
    expect(readdirSync(folder).sort()).toEqual([
      `${PART}_0.1s.wav`,
      '2026-11-20T13-45-10.251Z_0.1s.wav',
    ]);
  });

  it('says in a sentence why it cannot be kept', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    await expect(beginMessage(path.join(file, 'inner'), RECEIVED_MS, RATE_HZ)).rejects.toThrow(
      'a part of its path is a file',
    );
  });
});

describe('unfinished messages', () => {
  const part = (writer: number) => path.join(folder, `${PART}.${writer}.part`);

  /** As a machine leaves it that dies, without sizes in its head. */
  async function leave(writer: number, seconds: number): Promise<void> {
    const samples = new Uint8Array(seconds * RATE_HZ * 2);
    writeFileSync(part(writer), await wavBytes(linearFormat(RATE_HZ), samples));
  }

  it('of a machine that died are made whole', async () => {
    await leave(NOBODY, 1.5);
    const nowMs = Date.now();
    const repair = await repairMessages(folder, nowMs);
    expect(repair.saved).toMatchObject([{ id: `${PART}_1.5s`, durationSeconds: 1.5 }]);
    expect(readdirSync(folder)).toEqual([`${PART}_1.5s.wav`]);
    expect(await repairMessages(folder, nowMs)).toEqual({ callCount: 0, saved: [], failures: [] });
  });

  it('of a machine that had the number of this one are, too', async () => {
    await leave(process.pid, 0.5);
    const { saved } = await repairMessages(folder, Date.now());
    expect(saved).toMatchObject([{ durationSeconds: 0.5 }]);
  });

  it('without a sound are removed', async () => {
    await leave(NOBODY - 2, 0);
    writeFileSync(part(NOBODY), '');
    writeFileSync(part(NOBODY - 1), 'RIFF');
    // Of calls, though, in which nothing had been said yet.
    expect(await repairMessages(folder, Date.now())).toEqual({
      callCount: 3,
      saved: [],
      failures: [],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that are no sound stay as they are, and a sentence says so', async () => {
    writeFileSync(part(NOBODY), 'a letter to somebody, of no great length');
    const { saved, failures } = await repairMessages(folder, Date.now());
    expect([saved, failures.length, readdirSync(folder).length]).toEqual([[], 1, 1]);
    expect(failures[0]).toContain('which is neither a WAV nor an AU file');
  });

  it('of another machine that runs are left alone, until nobody can be writing them', async () => {
    writeFileSync(part(process.ppid), '');
    const nowMs = Date.now();
    await repairMessages(folder, nowMs);
    expect(readdirSync(folder)).toHaveLength(1);
    utimesSync(part(process.ppid), new Date(nowMs - 3_600_000), new Date(nowMs - 3_600_000));
    await repairMessages(folder, nowMs);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are nothing else: other files stay as they are', async () => {
    const names = ['greeting.wav', 'x.part', '2026-02-30T13-45-10.250Z.1.part', `${PART}_1.5s.wav`];
    for (const name of names) writeFileSync(path.join(folder, name), '');
    await repairMessages(folder, Date.now());
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });
});
