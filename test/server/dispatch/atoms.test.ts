// Atoms as clients intern and ask for them, and how many there may be.
import { describe, expect, it } from 'vitest';
import type { Atom } from '#shared/protocol/ids';
import { createTestServer } from '#test/support/dispatch';
import { byteOrders, TestClient } from '#test/support/test-client';

const FIRST_NEW_ATOM = 21;

function intern(client: TestClient, name: string): Atom {
  return client.ask('InternAtom', { onlyIfExists: false, name }).atom;
}

describe.each(byteOrders)('atoms of a %s client', (_name, littleEndian) => {
  it('are numbered from 21, and known by their bytes', () => {
    const client = new TestClient(createTestServer(), { littleEndian });
    const names = [
      'one',
      'ONE',
      '',
      'with\0zero',
      'with\0',
      'with',
      '\xff\x80',
      'x'.repeat(65_000),
    ];
    for (const [at, name] of names.entries()) {
      expect(client.ask('InternAtom', { onlyIfExists: true, name }).atom).toBe(0);
      expect(intern(client, name)).toBe(FIRST_NEW_ATOM + at);
    }
    for (const [at, name] of names.entries()) {
      expect(intern(client, name)).toBe(FIRST_NEW_ATOM + at);
      expect(client.ask('GetAtomName', { atom: (FIRST_NEW_ATOM + at) as Atom }).name).toBe(name);
    }
    expect(intern(client, 'LAST_NUMBER_DIALED')).toBe(20);
  });

  it('that nobody defined are repeated by the error', () => {
    const client = new TestClient(createTestServer(), { littleEndian });
    for (const atom of [0, 21, 0x4000_0001, 0xffff_ffff]) {
      expect(client.refusal('GetAtomName', { atom: atom as Atom })).toMatchObject({
        error: 'BadAtom',
        value: atom,
      });
    }
  });
});

describe('the table of atoms', () => {
  it('is bounded in number, and then still finds what it has', () => {
    const client = new TestClient(createTestServer({ limits: { atoms: 2 } }));
    const first = intern(client, 'first');
    intern(client, 'second');
    expect(client.refusal('InternAtom', { onlyIfExists: false, name: 'third' })).toMatchObject({
      error: 'BadAlloc',
      opcode: 37,
    });
    expect(client.ask('InternAtom', { onlyIfExists: true, name: 'third' }).atom).toBe(0);
    expect(intern(client, 'first')).toBe(first);
  });

  it('is bounded in the bytes of all names together', () => {
    const client = new TestClient(createTestServer({ limits: { atomNameBytes: 100 } }));
    intern(client, 'a'.repeat(60));
    expect(client.refusal('InternAtom', { onlyIfExists: false, name: 'b'.repeat(41) }).error).toBe(
      'BadAlloc',
    );
    intern(client, 'b'.repeat(40));
    intern(client, '');
    expect(client.refusal('InternAtom', { onlyIfExists: false, name: 'c' }).error).toBe('BadAlloc');
  });

  it('keeps the names of the server apart from those of clients', () => {
    const client = new TestClient(createTestServer({ nameProperties: true }));
    expect(intern(client, 'mine')).toBe(FIRST_NEW_ATOM);
    const atom = intern(client, 'DEVICE_NAME');
    expect(atom).toBeGreaterThanOrEqual(0x4000_0000);
    expect(client.ask('GetAtomName', { atom }).name).toBe('DEVICE_NAME');
  });
});
