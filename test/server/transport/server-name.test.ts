// What the names of servers mean, and which one counts.
import { describe, expect, it } from 'vitest';
import { AUDIOFILE_BASE_PORT, UNIX_SOCKET_FOLDER } from '#server/transport/addresses';
import { chooseServers, parseServerName, ServerNameError } from '#server/transport/server-name';

describe('a server name', () => {
  it.each([
    ['host:0', { kind: 'tcp', host: 'host', port: AUDIOFILE_BASE_PORT, numberText: '0' }],
    ['host:3', { kind: 'tcp', host: 'host', port: 1414, numberText: '3' }],
    ['host:3.1', { kind: 'tcp', host: 'host', port: 1414, numberText: '3' }],
    ['host:3.', { kind: 'tcp', host: 'host', port: 1414, numberText: '3' }],
    ['10.1.2.3:12', { kind: 'tcp', host: '10.1.2.3', port: 1423, numberText: '12' }],
    ['host:07', { kind: 'tcp', host: 'host', port: 1418, numberText: '07' }],
    ['[::1]:2', { kind: 'tcp', host: '::1', port: 1413, numberText: '2' }],
    ['localhost:64124', { kind: 'tcp', host: 'localhost', port: 65_535, numberText: '64124' }],
    [':0', { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF0`, numberText: '0' }],
    [':07', { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF07`, numberText: '07' }],
    [':2.1', { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF2`, numberText: '2' }],
    ['unix:5', { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF5`, numberText: '5' }],
    ['unix:70000', { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF70000`, numberText: '70000' }],
  ])('%s leads to %j', (name, address) => {
    expect(parseServerName(name)).toEqual({ name, ...address });
  });

  it.each([
    ['host::0', /DECnet/],
    ['::0', /DECnet/],
    ['host', /needs a colon and a number/],
    ['host:', /needs a colon and a number/],
    ['host:x', /needs a colon and a number/],
    ['host:0.x', /needs a colon and a number/],
    ['host:-1', /needs a colon and a number/],
    ['a:b:0', /needs a colon and a number/],
    ['host:64125', /end at 64124/],
  ])('%s is refused with a sentence', (name, sentence) => {
    expect(() => parseServerName(name)).toThrow(ServerNameError);
    expect(() => parseServerName(name)).toThrow(sentence);
  });

  it('is the one given, else AUDIOFILE, else DISPLAY', () => {
    const environment = { AUDIOFILE: 'a:1', DISPLAY: 'd:2' };
    expect(chooseServers('given:0', environment)).toEqual({ names: ['given:0'] });
    expect(chooseServers(undefined, environment)).toEqual({
      names: ['a:1'],
      variable: 'AUDIOFILE',
    });
    expect(chooseServers('', { DISPLAY: 'd:2' })).toEqual({ names: ['d:2'], variable: 'DISPLAY' });
  });

  it('is server 0 of this machine where nobody gives one, by its UNIX socket or else by TCP', () => {
    const { names } = chooseServers(undefined, { AUDIOFILE: '', DISPLAY: '' });
    expect(names.map((name) => parseServerName(name))).toMatchObject([
      { kind: 'unix', path: `${UNIX_SOCKET_FOLDER}/AF0` },
      { kind: 'tcp', host: '127.0.0.1', port: AUDIOFILE_BASE_PORT },
    ]);
  });
});
