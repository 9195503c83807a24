// Tokens as the gateway knows them: found by their digests, gone when revoked or expired.
import { describe, expect, it } from 'vitest';
import { FakeTime } from '#test/support/fake-time';
import { GATEWAY_ID, knownToken, tokensOf } from '../gate-parts.ts';

const [KITCHEN, STUDIO] = ['kitchen-kitchen-kitchen', 'studio-studio-studio'];
const kitchen = knownToken(KITCHEN, 'listen');
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('tokens', () => {
  it('are found by what is shown, and by nothing else', () => {
    const tokens = tokensOf([kitchen, knownToken(STUDIO, 'control')]);
    expect(tokens.find(KITCHEN)).toBe(kitchen);
    expect(tokens.find(STUDIO)?.role).toBe('control');
    for (const shown of ['', 'x', `${KITCHEN} `, kitchen.digest.toString('hex')]) {
      expect(tokens.find(shown)).toBeUndefined();
    }
  });

  it('hold until they are revoked or get another role, of which whoever asked is told', () => {
    const tokens = tokensOf([kitchen]);
    let toldCount = 0;
    tokens.onChange(() => {
      toldCount += 1;
    });
    expect(tokens.stillHolds(kitchen)).toBe(true);
    tokens.replace({ gatewayId: GATEWAY_ID, tokens: [knownToken(KITCHEN, 'listen')] });
    expect(tokens.stillHolds(kitchen)).toBe(true);
    tokens.replace({ gatewayId: GATEWAY_ID, tokens: [knownToken(KITCHEN, 'speak')] });
    expect(tokens.stillHolds(kitchen)).toBe(false);
    tokens.replace({ gatewayId: GATEWAY_ID, tokens: [] });
    expect(tokens.stillHolds(kitchen)).toBe(false);
    expect(toldCount).toBe(3);
  });

  it('expire at their moment, however far it is', () => {
    const time = new FakeTime();
    const [soon, late] = [
      knownToken(KITCHEN, 'listen', 1_000),
      knownToken(STUDIO, 'speak', 90 * DAY_MS),
    ];
    const tokens = tokensOf([soon, late], time);
    const holding: string[] = [];
    tokens.onChange(() => holding.push(tokens.valid.map(({ role }) => role).join()));
    time.advance(999);
    expect(tokens.find(KITCHEN)).toBe(soon);
    time.advance(1);
    expect(tokens.find(KITCHEN)).toBeUndefined();
    expect(holding).toEqual(['speak']);
    time.advance(90 * DAY_MS);
    expect(tokens.find(STUDIO)).toBeUndefined();
    expect(holding.at(-1)).toBe('');
    expect(time.pendingTimerCount).toBe(0);
  });

  it('leave no timer behind', () => {
    const time = new FakeTime();
    tokensOf([knownToken(KITCHEN, 'listen', 1_000)], time).close();
    expect(time.pendingTimerCount).toBe(0);
  });
});
