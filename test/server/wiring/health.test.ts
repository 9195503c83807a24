// What makes the gateway say that it is not well.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listenUnix } from '#server/transport/listen';
import { type HealthParts, healthSource } from '#server/wiring/health';
import { newFolder } from '#test/support/new-folder';

function reasonsOf(parts: Partial<HealthParts>) {
  const healthy: HealthParts = {
    listeners: [{ address: '127.0.0.1:1411', isOpen: true }],
    census: { isProcessFull: false },
    loop: { worstMs: () => 0, stop: () => {} },
    isDraining: () => false,
    mostLateMs: 500,
  };
  return healthSource({ ...healthy, ...parts })();
}

it('is well while its doors are open and nothing is late', () => {
  expect(reasonsOf({})).toEqual([]);
  expect(reasonsOf({ loop: { worstMs: () => 500, stop: () => {} } })).toEqual([]);
});

it('says by how much the event loop was late', () => {
  const [reason] = reasonsOf({ loop: { worstMs: () => 5_012.3, stop: () => {} } });
  expect(reason?.code).toBe('lateEventLoop');
  expect(reason?.message).toContain('up to 5012 ms late, more than 500 ms');
});

it('says that it takes no more connections, and that it ends', () => {
  const full = { census: { isProcessFull: true } };
  expect(reasonsOf(full).map(({ code }) => code)).toEqual(['noFilesLeft']);
  const draining = reasonsOf({ ...full, isDraining: () => true });
  expect(draining.map(({ code }) => code)).toEqual(['draining']);
});

it('misses the door whose socket somebody took away', async () => {
  const folder = newFolder();
  const listener = await listenUnix({ path: path.join(folder, 'AF0'), onConnection: () => {} });
  try {
    expect(reasonsOf({ listeners: [listener] })).toEqual([]);
    rmSync(path.join(folder, 'AF0'));
    const [reason] = reasonsOf({ listeners: [listener] });
    expect(reason?.code).toBe('doorClosed');
    expect(reason?.message).toContain('AF0');
  } finally {
    await listener.close();
  }
});
