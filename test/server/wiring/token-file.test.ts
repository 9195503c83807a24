// The token of a gateway on the network: made once, kept for its owner.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#server/log';
import { defaultTokenFile, readOrMakeToken } from '#server/wiring/token-file';

let folder = '';
const lines: string[] = [];
const log = createLog({ level: 'warn', write: (line) => lines.push(line), now: () => new Date(0) });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-token-'));
  lines.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the token', () => {
  it('is made at the first start, for the owner only, and is the same ever after', () => {
    const file = path.join(folder, 'new', 'token');
    const token = readOrMakeToken(file, log);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`);
    expect(readOrMakeToken(file, log)).toBe(token);
    expect(lines).toEqual([]);
  });

  it('is warned of where others can read it', () => {
    const file = path.join(folder, 'token');
    const token = readOrMakeToken(file, log);
    chmodSync(file, 0o644);
    expect(readOrMakeToken(file, log)).toBe(token);
    expect(lines.join()).toContain('can be read by others');
  });

  it.each(['', 'short', 'with spaces in the middle of it'])('is not %j', (content) => {
    const file = path.join(folder, 'token');
    writeFileSync(file, content, { mode: 0o600 });
    expect(() => readOrMakeToken(file, log)).toThrow('delete it, and a new one is made');
  });

  it('that cannot be kept is a mistake of the configuration', () => {
    writeFileSync(path.join(folder, 'file'), '');
    const file = path.join(folder, 'file', 'token');
    expect(() => readOrMakeToken(file, log)).toThrow('can be neither read nor made');
  });

  it('is kept where the user keeps states', () => {
    expect(defaultTokenFile({ XDG_STATE_HOME: '/states' })).toBe('/states/audiofile-gateway/token');
    expect(defaultTokenFile({})).toMatch(/\.local\/state\/audiofile-gateway\/token$/);
  });
});
