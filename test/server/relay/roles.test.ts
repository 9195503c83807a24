// What a page may do, by the role that it came in with.
import { describe, expect, it } from 'vitest';
import { messageRights } from '#server/relay/message-rights';
import { fromPage, type PageMessage } from '#shared/relay/control';
import { hasRight, type Role, rights, roleNames, roles } from '#shared/relay/roles';
import { relayBench } from './relay-bench.ts';

const speak = { type: 'speak', device: 1, rateHz: 48_000, channelCount: 1 } as const;
const change = { type: 'change', device: 1, outputGainDb: -6 } as const;

describe('a role', () => {
  it('has every right of the smaller ones', () => {
    for (const [index, role] of roleNames.entries()) {
      expect(roles[role]).toEqual(rights.slice(0, index + 1));
    }
  });

  it.each(roleNames)('is told to its page: %s', (role) => {
    expect(relayBench().open(role).take('welcome')).toMatchObject([{ role }]);
  });
});

describe('the table of rights', () => {
  it('has one for each message of a page', () => {
    for (const type of Object.keys(fromPage)) {
      expect(rights).toContain(messageRights[type as PageMessage['type']]);
    }
  });
});

describe('a page', () => {
  it.each([
    ['listen', speak, false],
    ['speak', speak, true],
    ['listen', change, false],
    ['speak', change, false],
    ['control', speak, true],
    ['control', change, true],
    ['admin', change, true],
  ] as [Role, PageMessage, boolean][])(
    'for “%s” that says %j is heard: %s',
    (role, message, may) => {
      const bench = relayBench();
      const device = bench.numberOf('codec');
      const page = bench.open(role);
      page.say({ ...message, device } as PageMessage);
      const refused = page.take('refused');
      const settings = page.take('settings')[0]?.settings.outputGain.gainDb;
      expect(refused).toHaveLength(may ? 0 : 1);
      if (message.type === 'speak') expect(bench.relay.speakers()).toHaveLength(may ? 1 : 0);
      else expect(settings).toBe(may ? -6 : undefined);
    },
  );

  it('that may not is told in words which role could, and goes on', () => {
    const bench = relayBench();
    const page = bench.open('listen');
    page.say({ ...speak, device: bench.numberOf('codec') });
    const [refused] = page.take('refused');
    expect(refused?.code).toBe('forbidden');
    expect(refused?.message).toBe(
      'The token of this page is for “listen” and may not speak: ask whoever runs the gateway for one that is for “speak”.',
    );
    expect(page.closedWith).toBeUndefined();
    page.say({ type: 'ping', id: 7, pageMs: 1 });
    expect(page.take('pong')).toMatchObject([{ id: 7 }]);
  });

  it('may always listen, and end what it does', () => {
    for (const type of ['listen', 'unlisten', 'unspeak', 'ping', 'report', 'sync'] as const) {
      expect(hasRight('listen', messageRights[type])).toBe(true);
    }
  });
});
