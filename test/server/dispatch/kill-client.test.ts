// How one client ends another, or itself.
import { describe, expect, it } from 'vitest';
import { createTestServer } from '#test/support/dispatch';
import { TestClient } from '#test/support/test-client';

describe('KillClient', () => {
  it('ends the client in whose range the id lies, and nobody else', () => {
    const server = createTestServer();
    const [killer, victim, third] = [1, 2, 3].map(() => new TestClient(server)) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    const context = victim.createContext(1);
    victim.play(context, 1_000_000, new Uint8Array(10));
    killer.send('KillClient', { resource: victim.resourceIdBase + 0x7_1234 });
    killer.sync();
    expect(victim.connection.isEnded).toBe(true);
    expect(third.refusal('GetTime', { context }).error).toBe('BadAC');
    expect(killer.refusal('KillClient', { resource: context })).toMatchObject({
      error: 'BadValue',
      value: context,
      opcode: 14,
    });
    expect(server.time.pendingTimerCount).toBe(0);
    third.sync();
  });

  it('of an id of nobody is BadValue', () => {
    const client = new TestClient(createTestServer());
    for (const resource of [0, 1, 0x20_0000, 0xffff_ffff]) {
      expect(client.refusal('KillClient', { resource })).toMatchObject({
        error: 'BadValue',
        value: resource,
      });
    }
  });

  it('of oneself ends the turn with it', () => {
    const server = createTestServer();
    const client = new TestClient(server);
    const other = new TestClient(server);
    client.connection.saysClosedLater = true;
    const context = other.createContext(1);
    const { connection } = client;
    const suicide = new Uint8Array([14, 0, 2, 0, 0, 0, 0x10, 0]);
    const free = new Uint8Array(8);
    free.set([6, 0, 2, 0]);
    new DataView(free.buffer).setUint32(4, context, true);
    connection.send(Uint8Array.from([...suicide, ...free]));
    server.time.advance(0);
    expect(connection.isEnded).toBe(true);
    expect(client.hasHeardAll()).toBe(true);
    other.time(context);
    expect(server.time.pendingTimerCount).toBe(0);
  });
});
