// Attributes of a context are taken one by one, in the order of their bits (original.md 8).
import { expect, it } from 'vitest';
import { createTestServer } from '#test/support/dispatch';
import { TestClient } from '#test/support/test-client';

it('those before a bad one hold, the bad one changes nothing, and those after it are not looked at', () => {
  const server = createTestServer();
  const client = new TestClient(server);
  const context = client.createContext(1, { playGainDb: 3 });
  const audioContext = server.dispatch.server.contexts.get(context);
  const change = (mask: number, values: number[]) =>
    client.refusal('ChangeACAttributes', { context, mask, values });
  expect(change(0x12, [7, 9])).toMatchObject({ error: 'BadValue', value: 9 });
  expect(audioContext?.playOptions).toEqual({ preempt: false, gainDb: 7 });
  expect(change(0x52, [5, 1, 0])).toMatchObject({ error: 'BadValue', value: 0x52 });
  expect(audioContext?.playOptions).toEqual({ preempt: true, gainDb: 5 });
  expect(change(0x30, [7, 1])).toMatchObject({ error: 'BadValue', value: 7 });
  expect(audioContext?.stream.encoding).toBe('MU255');
});
