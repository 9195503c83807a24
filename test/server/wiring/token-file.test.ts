// The file of the tokens: made once, for its owner only, with digests in it and no token.
import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#server/log';
import {
  addToken,
  hasExpired,
  listTokens,
  revokeToken,
  TokenRefused,
} from '#server/wiring/token-admin';
import { defaultTokenFile, MAX_TOKENS, readTokenFile } from '#server/wiring/token-file';
import { keepTokens, type TokenKeeper } from '#server/wiring/token-keeper';
import { FakeTime } from '#test/support/fake-time';
import { newFolder } from '#test/support/new-folder';

const NOW_MS = Date.UTC(2030, 0, 1);
const OLD_TOKEN = 'a-token-of-an-older-gateway';

let folder = '';
let file = '';
const lines: string[] = [];
const keepers: TokenKeeper[] = [];
const log = createLog({ level: 'info', write: (line) => lines.push(line), now: () => new Date(0) });

beforeEach(() => {
  folder = newFolder();
  file = path.join(folder, 'tokens.json');
  lines.length = 0;
});

afterEach(() => {
  for (const keeper of keepers.splice(0)) keeper.close();
});

function keep(tokenFile = file): TokenKeeper {
  const timers = new FakeTime();
  const keeper = keepTokens({ file: tokenFile, log, timers, wallClockMs: () => NOW_MS });
  keepers.push(keeper);
  return keeper;
}

describe('the token file', () => {
  it('is made at the first start, for the owner only, with one token that does everything', () => {
    file = path.join(folder, 'new', 'tokens.json');
    const { tokens, firstToken = '' } = keep();
    expect(firstToken).toMatch(/^[\w-]{43}$/);
    expect(tokens.find(firstToken)).toMatchObject({ name: 'first', role: 'admin' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(firstToken);
    expect(lines).toEqual([]);
  });

  it('admits by the same token ever after, and tells it no more', () => {
    const { firstToken = '', tokens } = keep();
    const again = keep();
    expect(again.firstToken).toBeUndefined();
    expect(again.tokens.find(firstToken)?.role).toBe('admin');
    expect(again.tokens.gatewayId).toBe(tokens.gatewayId);
  });

  it('takes the token of an older gateway over, as one that does everything, and removes it', () => {
    const oldFile = path.join(folder, 'token');
    writeFileSync(oldFile, `${OLD_TOKEN}\n`, { mode: 0o600 });
    const { tokens, firstToken } = keep();
    expect(firstToken).toBe(OLD_TOKEN);
    expect(tokens.find(OLD_TOKEN)).toMatchObject({ name: 'first', role: 'admin' });
    expect(existsSync(oldFile)).toBe(false);
    expect(keep().tokens.find(OLD_TOKEN)?.role).toBe('admin');
  });

  it('takes it over as well when a token is added before this gateway ever ran', () => {
    writeFileSync(path.join(folder, 'token'), OLD_TOKEN, { mode: 0o600 });
    addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    expect(readdirSync(folder)).toEqual(['tokens.json']);
    expect(keep().tokens.find(OLD_TOKEN)?.role).toBe('admin');
    expect(listTokens(file).map(({ name }) => name)).toEqual(['first', 'kitchen']);
  });

  it('that holds a token in plain text holds its digest from then on', () => {
    writeFileSync(file, OLD_TOKEN, { mode: 0o600 });
    expect(keep().tokens.find(OLD_TOKEN)?.role).toBe('admin');
    expect(readFileSync(file, 'utf8')).not.toContain(OLD_TOKEN);
    expect(keep().tokens.find(OLD_TOKEN)?.role).toBe('admin');
  });

  it('is warned of where others can read it', () => {
    keep();
    chmodSync(file, 0o644);
    keep();
    expect(lines.join()).toContain('can be read by others');
  });

  it('that admits nobody is warned of, with what to do', () => {
    keep();
    revokeToken(file, 'first');
    expect(keep().tokens.valid).toEqual([]);
    expect(lines.join()).toContain('"af token add" makes one');
  });

  it.each([
    '',
    'short',
    'with spaces in the middle of it',
    '{}',
    '{"gatewayId":"0123abcd","tokens":[{"name":"a","role":"king"}]}',
    '[1',
  ])('is not %j', (content) => {
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => keep()).toThrow('delete it, and a new one is made');
  });

  it('that cannot be kept is a mistake of the configuration', () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => keep(path.join(folder, 'file', 'tokens.json'))).toThrow('cannot be read');
    expect(() => keep('/proc/tokens.json')).toThrow('cannot be written');
  });

  it.runIf(process.getuid?.() === 0)('stays the gateway’s own when root changes it', () => {
    const [uid, gid] = [12_345, 12_346];
    chownSync(folder, uid, gid);
    addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    expect(statSync(file)).toMatchObject({ uid, gid });
    addToken(file, { name: 'hall', role: 'listen' }, NOW_MS);
    expect(statSync(file)).toMatchObject({ uid, gid });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is kept where the user keeps states', () => {
    const usual = 'audiofile-gateway/tokens.json';
    expect(defaultTokenFile({ XDG_STATE_HOME: '/states' })).toBe(`/states/${usual}`);
    expect(defaultTokenFile({})).toMatch(/\.local\/state\/audiofile-gateway\/tokens\.json$/);
  });
});

describe('a running gateway', () => {
  it('knows what was added and revoked when it reads the file again', () => {
    const keeper = keep();
    const token = addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    keeper.reload();
    expect(keeper.tokens.find(token)).toMatchObject({ name: 'kitchen', role: 'listen' });
    expect(revokeToken(file, 'kitchen')).toBe(true);
    keeper.reload();
    expect(keeper.tokens.find(token)).toBeUndefined();
  });

  it('keeps its tokens when the file makes no sense, and has none when it is gone', () => {
    const { tokens, firstToken = '', reload } = keep();
    writeFileSync(file, 'nonsense');
    expect(reload).toThrow('make sense');
    expect(tokens.find(firstToken)?.role).toBe('admin');
    rmSync(file);
    reload();
    expect(tokens.find(firstToken)).toBeUndefined();
  });
});

describe('changing the file', () => {
  const soon = new Date(NOW_MS + 1_000).toISOString();

  it('lists tokens without what would admit', () => {
    const token = addToken(file, { name: 'kitchen', role: 'speak', expiresAt: soon }, NOW_MS);
    expect(listTokens(file)).toEqual([
      { name: 'kitchen', role: 'speak', createdAt: '2030-01-01T00:00:00.000Z', expiresAt: soon },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes no name twice, unless that token has expired', () => {
    addToken(file, { name: 'kitchen', role: 'speak', expiresAt: soon }, NOW_MS);
    const again = () => addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    expect(again).toThrow('There is a token "kitchen" already');
    addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS + 2_000);
    expect(listTokens(file)).toMatchObject([{ name: 'kitchen', role: 'listen' }]);
  });

  it.each(['9999-12-31T23:59:59-01:00', '2030-06-30T23:59:60Z'])(
    'refuses a token until %s, which the file could not hold',
    (expiresAt) => {
      addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
      const add = () => addToken(file, { name: 'far', role: 'listen', expiresAt }, NOW_MS);
      expect(add).toThrow(TokenRefused);
      expect(listTokens(file)).toMatchObject([{ name: 'kitchen' }]);
    },
  );

  it('refuses a token that has expired, and more than there may be', () => {
    const past = new Date(NOW_MS).toISOString();
    const add = (name: string, expiresAt?: string) =>
      addToken(file, { name, role: 'listen', ...(expiresAt && { expiresAt }) }, NOW_MS);
    expect(() => add('late', past)).toThrow(TokenRefused);
    for (let n = 0; n < MAX_TOKENS; n += 1) add(`token-${n}`);
    expect(() => add('one-more')).toThrow(`There are ${MAX_TOKENS} tokens already`);
    expect(readTokenFile(file).kind).toBe('tokens');
    expect(hasExpired({ expiresAt: past }, NOW_MS)).toBe(true);
  });

  it('says of a name that nobody has that it did nothing', () => {
    addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    expect(revokeToken(file, 'garden')).toBe(false);
    expect(listTokens(file)).toHaveLength(1);
  });

  it('leaves nothing but the file behind, and is not stopped by what a killed one left', () => {
    const left = `${file}.new`;
    writeFileSync(left, 'half of it');
    utimesSync(left, new Date(0), new Date(0));
    addToken(file, { name: 'kitchen', role: 'listen' }, NOW_MS);
    expect(readdirSync(folder)).toEqual(['tokens.json']);
  });
});
