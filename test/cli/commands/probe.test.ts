// af probe against real listeners: AudioFile servers, others, and nobody.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGreeting } from '#cli/commands/probe-greeting';
import { parseProbeTarget, targetInWords } from '#cli/commands/probe-target';
import { tcpPort, unixSocketPath } from '#server/transport/addresses';
import { startTestGateway } from '#test/integration/support/gateway';
import { folderOf } from '#test/integration/support/running-test';
import { freePort } from '#test/server/gateway-parts';
import { authorityFile } from '#test/server/transport/authority-file';
import { bytesOf, conversationsOf } from '#test/shared/client/support/golden';
import { askAf, runAf, startAf } from './support/in-process.ts';
import { startListener, startPlainServer } from './support/servers.ts';

const FAST = ['--timeout', '200ms'];
const thisProcess = process.platform === 'linux' ? `(process ${process.pid})` : '';

describe('af probe of an AudioFile server', () => {
  it('tells who it is, its devices, the round trip and the process', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const where = `localhost:${tcpPort(serverNumber)}`;
    const { code, stdout } = await runAf(['probe', where]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `At ${where} there is an AudioFile server: AudioFile gateway, release 3.\n` +
        '  devices     0 phone, 1 codec, 2 hifi, 3 left, 4 right\n' +
        '  extensions  AFTime, GATEWAY\n',
    );
    expect(stdout).toMatch(/^ {2}round trip {2}[\d.]+ ms$/m);
    expect(stdout).toContain(thisProcess);
  });

  it.for(['a number', 'a path'])('finds it by %s at its UNIX socket', async (way, test) => {
    const { serverNumber } = await startTestGateway(test);
    const socketPath = unixSocketPath(String(serverNumber));
    const where = way === 'a path' ? socketPath : `:${serverNumber}`;
    expect(await askAf(['probe', where], {})).toMatchObject({
      ...{ where: socketPath, found: 'audioFile', vendor: 'AudioFile gateway', release: 3 },
      devices: { length: 5, 2: { number: 2, name: 'hifi' } },
      roundTripMs: expect.any(Number),
    });
  });

  it('knows one like the original', async (test) => {
    const { name } = await startPlainServer(test);
    const port = tcpPort(Number(name.split(':')[1]));
    const { code, stdout } = await runAf(['probe', `127.0.0.1:${port}`]);
    expect(code).toBe(0);
    expect(stdout).toContain('an AudioFile server: Digital Cambridge Research Lab, release 3.');
    expect(stdout).toContain('  devices     0, 1, 2, 3, 4\n  extensions  none\n');
  });

  it('shows its cookie only to one that asks for it, and ends with 4 without', async (test) => {
    const data = Buffer.from('0123456789abcdef');
    const file = path.join(folderOf(test), 'authority');
    const entry = { family: 65_535, address: '', number: '', data };
    writeFileSync(file, authorityFile(entry));
    const { serverNumber } = await startTestGateway(test, { authFile: file });
    const where = `127.0.0.1:${tcpPort(serverNumber)}`;
    const refused = await runAf(['probe', where]);
    expect(refused.code).toBe(4);
    expect(refused.stdout).toContain(
      'an AudioFile server that refused the connection: "Client is not authorized to connect to Server".',
    );
    const environment = { XAUTHORITY: file };
    expect((await runAf(['probe', where], { environment })).code).toBe(0);

    let heard = '';
    const stranger = await startListener(test, (socket) => {
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
      });
    });
    await runAf(['probe', `127.0.0.1:${stranger}`, ...FAST], { environment });
    expect(heard.slice(0, 3)).toBe('l\0\u0003');
    expect(heard).not.toContain(data.toString());
  });
});

describe('af probe of something else', () => {
  it.for([
    ['SSH-2.0-OpenSSH_9.2p1\r\n', 'an SSH server: "SSH-2.0-OpenSSH_9.2p1"'],
    ['RFB 003.008\n', 'a VNC server: "RFB 003.008"'],
    ['220 mail.example.org ESMTP\r\n', 'a mail server (SMTP): "220 mail.example.org ESMTP"'],
    ['\x15\x03\x01\x00\x02\x02\x46', 'a TLS server (HTTPS or another)'],
    ['\0\x06\x0b\0\0\0\x02\0No way  ', 'an X Window System server'],
    ['hello\u001b[2J', 'something else'],
  ] as const)('knows it by %j', async ([greeting, words], test) => {
    const port = await startListener(test, (socket) => socket.write(greeting, 'latin1'));
    const { code, stdout } = await runAf(['probe', `127.0.0.1:${port}`, ...FAST]);
    expect(code).toBe(3);
    expect(stdout).toContain(`At 127.0.0.1:${port} there is ${words}.\n`);
    expect(stdout).toContain('It is no AudioFile server: look at the host and the port.\n');
  });

  it('knows a web server that waits for a whole request', async (test) => {
    const port = await startListener(test, (socket) => {
      socket.on('data', (bytes) => {
        if (bytes.toString().startsWith('GET /')) socket.end('HTTP/1.0 200 OK\r\n\r\n');
      });
    });
    const found = await runAf(['probe', `127.0.0.1:${port}`, ...FAST, '--json']);
    expect(found.code).toBe(3);
    expect(JSON.parse(found.stdout)).toMatchObject({
      ...{ found: 'other', what: 'an HTTP server', line: 'HTTP/1.0 200 OK' },
      process: expect.stringContaining(thisProcess),
    });
  });

  it.for([
    ['says nothing', 'silence', () => {}],
    ['closes at once', 'closing', (socket: { destroy(): void }) => socket.destroy()],
  ] as const)('tells of one that %s', async ([, found, onConnection], test) => {
    const port = await startListener(test, onConnection);
    const { code, stdout } = await runAf(['probe', `127.0.0.1:${port}`, ...FAST, '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ found });
  });

  it.for([
    ['in the middle of its set-up reply', 40],
    ['after its set-up reply', Number.POSITIVE_INFINITY],
  ] as const)('is not kept by one that hangs %s', async ([, byteCount], test) => {
    const recorded = conversationsOf('raw/setup-ok-le.json')[0]?.exchanges ?? [];
    const accepted = recorded.find(({ name }) => name === 'set-up accepted');
    if (!accepted) throw new Error('the recording has no set-up');
    const port = await startListener(test, (socket) => {
      socket.write(bytesOf(accepted).subarray(0, byteCount));
    });
    const { code, stdout } = await runAf(['probe', `127.0.0.1:${port}`, ...FAST]);
    expect(code).toBe(3);
    expect(stdout).toContain('something that begins like AudioFile and does not go on');
  });
});

describe('af probe of nothing', () => {
  it('says that nobody listens', async () => {
    const where = `127.0.0.1:${await freePort()}`;
    const { code, stdout } = await runAf(['probe', where]);
    expect(code).toBe(3);
    expect(stdout).toBe(
      `At ${where} there is nothing: no program listens.\nStart a server with "af serve", or look at the host and the port.\n`,
    );
    expect((await runAf(['probe', '/nonexistent/socket'])).code).toBe(3);
  });

  it('says that there is no such host', async () => {
    const { code, stdout } = await runAf(['probe', 'nosuchhost.invalid']);
    expect(code).toBe(3);
    expect(stdout).toContain('no such host');
  });

  it.for([
    ['a:b:c', '"a:b:c" is no place to look'],
    ['localhost:0', 'Port 0 of "localhost:0" is no port'],
    ['localhost:65536', 'Port 65536'],
  ])('ends with 2 for %s', async ([where = '', sentence = '']) => {
    const { code, stderr } = await runAf(['probe', where]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it('ends with 130 on ctrl-C', async (test) => {
    const port = await startListener(test, () => {});
    const probing = startAf(['probe', `127.0.0.1:${port}`, '--timeout', '1h']);
    setImmediate(() => probing.interrupt());
    expect(await probing.ended).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});

describe('af probe without a place', () => {
  it("looks at AudioFile's port and its neighbours on this machine", async () => {
    const found = await askAf(['probe', ...FAST], {});
    const ports = [1314, 1411, 1417, 1418, 1419, 1420, 1524];
    expect(found).toMatchObject(
      ports.map((port) => ({
        port,
        purpose: expect.stringMatching(/^(pdps|af|timbuktu-srv[1-4]|ingreslock): /),
        found: expect.any(String),
      })),
    );
    const { code, stdout } = await runAf(['probe', ...FAST]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^port +registered for +now on this machine\n1314 +pdps: /);
    expect(stdout).toMatch(/^1411 +af: AudioFile +\S/m);
  });
});

describe('a place to look', () => {
  it.for([
    ['lab', 'lab:1411'],
    ['lab:22', 'lab:22'],
    ['[::1]:1411', '[::1]:1411'],
    ['[::1]', '[::1]:1411'],
    [':3', '/tmp/.AF-unix/AF3'],
    ['unix:03', '/tmp/.AF-unix/AF03'],
    ['/run/af', '/run/af'],
  ])('is read from %s', ([text = '', words]) => {
    expect(targetInWords(parseProbeTarget(text))).toBe(words);
  });
});

describe('a greeting', () => {
  it('is shown as one short line, if it is text', () => {
    expect(readGreeting('')).toBeUndefined();
    expect(readGreeting(`SSH-${'x'.repeat(100)}\r\nmore`)?.line).toBe(`SSH-${'x'.repeat(76)}…`);
    expect(readGreeting('SSH-\u0007')).toEqual({ what: 'an SSH server', line: undefined });
  });
});
