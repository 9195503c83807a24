// The client against the original server's own bytes: every recorded session, in both byte orders.
import { describe, expect, it } from 'vitest';
import { type RequestName, requests } from '#shared/protocol/requests/index';
import { conversationsOf, goldenFiles } from './support/golden.ts';
import { replay } from './support/replay.ts';

/** Not replayed here: 65,000 requests in a row, which wrap.test.ts sees to, and one that is too long. */
const leftOut = ['raw/sequence-wrap-le.json', 'raw/oversize-le.json'];
let comparedCount = 0;
const byMethod = { little: new Set<string>(), big: new Set<string>() };

describe('the client, answered as the original server answered', () => {
  for (const file of goldenFiles()) {
    if (leftOut.includes(file)) continue;
    it(`says and understands what ${file} recorded`, async () => {
      for (const conversation of conversationsOf(file)) {
        const result = await replay(conversation);
        if (!result) continue;
        const { sent, outcomes, events, byteOrder } = result;
        expect(sent.actual, conversation.title).toEqual(sent.expected);
        expect(outcomes.actual, conversation.title).toEqual(outcomes.expected);
        expect(events.actual, conversation.title).toEqual(events.expected);
        comparedCount += sent.actual.length;
        for (const name of result.byMethod) byMethod[byteOrder].add(name);
      }
    });
  }

  it('says every request by a method, in both byte orders', () => {
    expect(comparedCount).toBeGreaterThan(3_200);
    const names = Object.keys(requests) as RequestName[];
    expect(names.filter((name) => !byMethod.little.has(name))).toEqual([]);
    // These end the original when a big-endian client sends them (quirks.md 5), so there are
    // no recordings; byte-orders.test.ts builds the bytes.
    expect(names.filter((name) => !byMethod.big.has(name))).toEqual([
      'QueryExtension',
      'ListExtensions',
      'EnableGainControl',
      'DisableGainControl',
    ]);
  });
});
