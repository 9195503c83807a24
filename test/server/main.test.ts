// The gateway as a real process: what it prints, when it answers, and how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AUDIOFILE_BASE_PORT, unixSocketPath } from '#server/transport/addresses';
import { newFolder } from '#test/support/new-folder';
import { freePort, freeServerNumber } from './gateway-parts.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** What a test started and must end, so that no socket stays behind. */
const running: { child: ChildProcess; ended: Promise<unknown> }[] = [];

beforeAll(async () => {
  const {
    compile,
    buildPage,
  }: Record<'compile' | 'buildPage', (projects?: string[]) => Promise<number>> = await import(
    path.join(root, 'scripts/lib/build.mjs')
  );
  expect([await compile(['server']), await buildPage()]).toEqual([0, 0]);
}, 120_000);

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Starts the compiled gateway. */
function run(args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/server/main.js', ...args], { cwd: root });
  const output = { stdout: '', stderr: '' };
  let toldOfOutput = () => {};
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      toldOfOutput();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  running.push({ child, ended });
  /** Resolves when that much was printed; rejects when the process ends before. */
  function prints(name: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      toldOfOutput = () => pattern.test(output[name]) && resolve();
      toldOfOutput();
      void ended.then(() => reject(new Error(`it ended: ${output.stdout}${output.stderr}`)));
    });
  }
  return { child, output, ended, prints };
}

async function runOnFreePorts(...args: string[]) {
  const serverNumber = await freeServerNumber();
  const httpPort = await freePort();
  const flags = ['--server-number', String(serverNumber), '--http-port', String(httpPort), ...args];
  return { ...run(flags), serverNumber, httpPort };
}

/** Whether a connection is accepted there. */
function accepts(address: { port: number } | { path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('the process', () => {
  it('prints its link and one line `ready`, and then all its doors answer', async () => {
    const { output, prints, serverNumber, httpPort } = await runOnFreePorts();
    await prints('stdout', /^ready .*\n/m);
    const port = AUDIOFILE_BASE_PORT + serverNumber;
    const socketPath = unixSocketPath(String(serverNumber));
    const link = `http://127.0.0.1:${httpPort}/`;
    expect(output.stdout).toBe(
      `Open ${link} in a browser to hear and to speak.\nready AudioFile 127.0.0.1:${port} ${socketPath} page ${link}\n`,
    );
    expect(await accepts({ port })).toBe(true);
    expect(await accepts({ path: socketPath })).toBe(true);
    const page = await fetch(link);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('<title>AudioFile gateway</title>'),
    ]);
    const status = await (await fetch(`${link}api/status`)).json();
    expect(status).toMatchObject({ serverNumber, doors: [{ kind: 'tcp' }, { kind: 'unix' }] });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends cleanly on %s, and takes its socket away',
    async (signal) => {
      const { child, ended, prints, serverNumber } = await runOnFreePorts();
      await prints('stdout', /^ready/m);
      const socketPath = unixSocketPath(String(serverNumber));
      expect(existsSync(socketPath)).toBe(true);
      child.kill(signal);
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(existsSync(socketPath)).toBe(false);
    },
  );

  it('ends within two seconds although a browser and a program hold on to it', async () => {
    const { child, ended, prints, serverNumber, httpPort } = await runOnFreePorts();
    await prints('stdout', /^ready/m);
    const holders = [httpPort, AUDIOFILE_BASE_PORT + serverNumber].map((port) =>
      connect({ port, allowHalfOpen: true }).on('error', () => {}),
    );
    await Promise.all(holders.map((socket) => new Promise((done) => socket.on('connect', done))));
    const sinceMs = performance.now();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(performance.now() - sinceMs).toBeLessThan(2_000);
    for (const socket of holders) socket.destroy();
  });

  it('ends at once on a second signal, which an echo of the first is not', async () => {
    const { child, ended, prints, httpPort, serverNumber } = await runOnFreePorts();
    await prints('stdout', /^ready/m);
    const port = AUDIOFILE_BASE_PORT + serverNumber;
    const holder = connect({ port, allowHalfOpen: true }).on('error', () => {});
    await new Promise((resolve) => holder.on('connect', resolve));
    child.kill('SIGINT');
    await prints('stderr', /closing/);
    child.kill('SIGINT');
    // The echo comes at once, as under npm; the second signal comes from a person.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await accepts({ port: httpPort })).toBe(false);
    holder.destroy();
  });

  it('reads its configuration again on SIGHUP, keeps the old one when it is bad, and goes on', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'config.json');
    writeFileSync(file, '{}');
    const { child, output, prints, httpPort } = await runOnFreePorts('--config', file);
    await prints('stdout', /^ready/m);
    child.kill('SIGHUP');
    await prints('stderr', /were read again"}\n/);
    writeFileSync(file, '{ "limits": { "clients": 0 } }');
    child.kill('SIGHUP');
    await prints('stderr', /stays as it was.*\n/);
    expect(output.stderr).toContain('must be at least 1');
    expect((await fetch(`http://127.0.0.1:${httpPort}/healthz`)).status).toBe(200);
  });

  it('opens no UNIX socket when told so', async () => {
    const { output, prints, serverNumber } = await runOnFreePorts('--no-unix-socket');
    await prints('stdout', /^ready/m);
    expect(output.stdout).not.toContain('AF-unix');
    expect(existsSync(unixSocketPath(String(serverNumber)))).toBe(false);
  });

  it('replaces the socket that a killed gateway left', async () => {
    const first = await runOnFreePorts();
    await first.prints('stdout', /^ready/m);
    first.child.kill('SIGKILL');
    await first.ended;
    const socketPath = unixSocketPath(String(first.serverNumber));
    expect(existsSync(socketPath)).toBe(true);
    const second = run(['--server-number', String(first.serverNumber), '--http-port', '0']);
    await second.prints('stdout', /^ready/m);
    expect(await accepts({ path: socketPath })).toBe(true);
  });

  it('shows help and version and ends', async () => {
    const help = run(['--help']);
    expect((await help.ended).code).toBe(0);
    expect(help.output.stdout).toContain('--server-number N');
    const version = run(['--version']);
    expect((await version.ended).code).toBe(0);
    expect(version.output.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a process that cannot start', () => {
  it('says of a bad flag what was meant, and exits with 2', async () => {
    const { output, ended } = run(['--server-nunber', '3']);
    expect((await ended).code).toBe(2);
    expect(output).toEqual({
      stdout: '',
      stderr: '--server-nunber means nothing here: perhaps it should be --server-number.\n',
    });
  });

  it.each([
    ['AudioFile', '--server-number'],
    ['the page', '--http-port'],
  ])(
    'because the port of %s is taken says by whom and what to do, opens nothing else, and exits with 1',
    async (door, flag) => {
      const serverNumber = await freeServerNumber();
      const httpPort = await freePort();
      const port = AUDIOFILE_BASE_PORT + serverNumber;
      const taken = door === 'the page' ? httpPort : port;
      const holder = await holding(taken);
      const { output, ended } = run([
        '--server-number',
        String(serverNumber),
        '--http-port',
        String(httpPort),
      ]);
      expect((await ended).code).toBe(1);
      expect(output.stdout).toBe('');
      expect(output.stderr).toMatch(new RegExp(`^Port ${taken} on 127.0.0.1 is held by .*\\.\\n$`));
      if (process.platform === 'linux') expect(output.stderr).toContain(`(process ${process.pid})`);
      expect(output.stderr).toContain(flag);
      expect(existsSync(unixSocketPath(String(serverNumber)))).toBe(false);
      await new Promise((resolve) => holder.close(resolve));
    },
  );

  it('because its devices do not fit each other says so, and exits with 2', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'config.json');
    const device = { name: 'one', rateHz: 8_000, encoding: 'MU255', channelCount: 1 };
    writeFileSync(file, JSON.stringify({ devices: [device, device] }));
    const { output, ended } = await runOnFreePorts('--config', file);
    expect((await ended).code).toBe(2);
    expect(output.stderr).toMatch(/^The devices of the configuration .* the name "one"\.\n$/);
  });

  it('because the address is not here says so', async () => {
    const { output, ended } = await runOnFreePorts('--listen', '192.0.2.1');
    expect((await ended).code).toBe(1);
    expect(output.stderr).toContain('192.0.2.1 is not an address of this machine');
  });
});

function holding(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
