// The log: one line an event, which nobody can forge.
import { describe, expect, it } from 'vitest';
import type { LogLevel } from '#server/config';
import { createLog } from '#server/log';

function logged(level: LogLevel, format: 'text' | 'json' = 'text') {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  return { lines, log: createLog({ level, format, write, now: () => new Date(0) }) };
}

describe('the log', () => {
  it('writes a line for each event with what is known of it', () => {
    const { lines, log } = logged('info');
    log.info('client admitted', { address: '127.0.0.1', client: 3, name: undefined });
    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z info  client admitted address=127.0.0.1 client=3\n',
    ]);
  });

  it('leaves out what is less important than its level', () => {
    const { lines, log } = logged('warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => line.split(/\s+/)[1])).toEqual(['warn', 'error']);
    expect(logged('silent').lines).toEqual([]);
  });

  it('lets no value forge a line, a field or a colour', () => {
    const { lines, log } = logged('info');
    log.info('property', { name: 'x\ninfo done=1', other: '\u001b[31m\u009b31m' });
    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z info  property name="x\\ninfo done=1" other="\\u001b[31m?31m"\n',
    ]);
  });
});

describe('the log for programs', () => {
  it('writes an object of JSON for each event', () => {
    const { lines, log } = logged('info', 'json');
    log.info('a client came', { client: 17, peer: '127.0.0.1:4000', name: undefined });
    log.warn('nothing else is known');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'info',
        time: '1970-01-01T00:00:00.000Z',
        client: 17,
        peer: '127.0.0.1:4000',
        event: 'a client came',
      },
      { level: 'warn', time: '1970-01-01T00:00:00.000Z', event: 'nothing else is known' },
    ]);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('leaves out what is less important than its level', () => {
    const { lines, log } = logged('warn', 'json');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'error']);
    const silent = logged('silent', 'json');
    silent.log.error('e');
    expect(silent.lines).toEqual([]);
  });

  it('lets no value forge a line', () => {
    const { lines, log } = logged('info', 'json');
    log.info('property', { name: 'x\n{"level":"error"}' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '').name).toBe('x\n{"level":"error"}');
  });
});
