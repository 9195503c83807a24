// What SIGHUP and SIGTERM do while clients are connected.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '#server/config';
import { AudioFileError, MAGIC_COOKIE } from '#shared/client/index';
import { authorityFile } from '#test/server/transport/authority-file';
import { openPage, openRawPage } from '#test/support/web-socket-client';
import { openClient } from './support/clients.ts';
import { compileGateway, type GatewayProcess, startProcess } from './support/gateway-process.ts';
import { folderOf, type RunningTest } from './support/running-test.ts';
import { until } from './support/waiting.ts';

beforeAll(compileGateway, 120_000);

/** A configuration file that a test writes as often as it likes. */
function configurationFile(test: RunningTest) {
  const file = path.join(folderOf(test), 'config.json');
  const configure = (input: ConfigurationInput) => writeFileSync(file, JSON.stringify(input));
  return { args: ['--config', file], configure };
}

/** Resolves with what the process said of it. */
async function hangUp({ child, output }: GatewayProcess): Promise<string> {
  const { length } = output.stderr;
  child.kill('SIGHUP');
  const said = () => output.stderr.slice(length);
  await until('the signal is obeyed', 5_000, () => /(read again|as it was)/.test(said()));
  return said();
}

const mono = { rateHz: 8_000, encoding: 'MU255', channelCount: 1 } as const;

describe.concurrent('SIGHUP', () => {
  it('adds and removes devices, for new clients at once and for old ones as an error', async (test) => {
    const { args, configure } = configurationFile(test);
    configure({
      devices: [
        { ...mono, name: 'one' },
        { ...mono, name: 'two' },
      ],
    });
    const gateway = await startProcess(test, { args });
    const old = await openClient(gateway.serverNumber);
    const [one, two] = [await old.createContext(0), await old.createContext(1)];
    const blocked = two.record({ startTime: await two.getTime(), byteCount: 80_000 });
    const blockedOutcome = blocked.catch((error: unknown) => error);
    const before = await one.getTime();

    configure({
      devices: [
        { ...mono, name: 'one' },
        { ...mono, name: 'three', rateHz: 16_000 },
        { ...mono, name: 'four' },
      ],
    });
    expect(await hangUp(gateway)).toContain('were read again');

    const another = await openClient(gateway.serverNumber, { byteOrder: 'big' });
    expect(another.devices.map(({ playRateHz }) => playRateHz)).toEqual([8_000, 16_000, 8_000]);
    const kept = await another.createContext(0);
    expect(await kept.properties.getString('DEVICE_NAME')).toBe('one');
    expect((await kept.getTime()) - before).toBeLessThan(8_000 * 10);
    expect(await blockedOutcome).toMatchObject({ errorName: 'BadDevice' });
    await expect(two.getTime()).rejects.toMatchObject({ errorName: 'BadDevice' });
    await expect(old.createContext(1)).rejects.toBeInstanceOf(AudioFileError);
    expect(await one.getTime()).toBeGreaterThan(before);
    await Promise.all([old.close(), another.close()]);
  });

  it('leaves everything as it was when the new devices do not fit, and says why', async (test) => {
    const { args, configure } = configurationFile(test);
    configure({ devices: [{ ...mono, name: 'one' }] });
    const gateway = await startProcess(test, { args });
    const client = await openClient(gateway.serverNumber);
    const context = await client.createContext(0);
    configure({
      devices: [
        { ...mono, name: 'two' },
        { ...mono, name: 'two' },
      ],
    });
    const said = await hangUp(gateway);
    expect(said).toContain('the configuration stays as it was');
    expect(said).toContain('Two devices have the name');
    expect(await context.getTime()).toBeGreaterThan(0);
    configure({
      devices: [
        { ...mono, name: 'one' },
        { ...mono, name: 'two' },
      ],
    });
    await hangUp(gateway);
    expect((await openClient(gateway.serverNumber)).devices).toHaveLength(2);
    expect(await context.getTime()).toBeGreaterThan(0);
  });

  it('says of a setting that only a start can change that it was not taken over', async (test) => {
    const { args, configure } = configurationFile(test);
    configure({});
    const gateway = await startProcess(test, { args });
    configure({ unixSocket: false });
    expect(await hangUp(gateway)).toContain(
      '"setting":"unixSocket","event":"a changed setting counts from the next start on"',
    );
  });

  it('reads cookies again, so that a new one admits and an old one does not', async (test) => {
    const authFile = path.join(folderOf(test), 'authority');
    const cookies = [randomBytes(16), randomBytes(16)] as const;
    const write = (data: Uint8Array): void =>
      writeFileSync(authFile, authorityFile({ family: 252, address: '', number: '0', data }));
    const withCookie = (data: Uint8Array) => ({ authorization: { name: MAGIC_COOKIE, data } });
    write(cookies[0]);
    const gateway = await startProcess(test, { args: ['--auth-file', authFile] });
    const open = (data?: Uint8Array) => openClient(gateway.serverNumber, data && withCookie(data));
    const stays = await open(cookies[0]);
    await expect(open()).rejects.toThrow('not authorized');
    await expect(open(cookies[1])).rejects.toThrow('not authorized');

    write(cookies[1]);
    await (await open(cookies[0])).close();
    await hangUp(gateway);
    await expect(open(cookies[0])).rejects.toThrow('not authorized');
    await (await open(cookies[1])).close();
    await stays.sync();

    // Without a signal they are read when the last client has left.
    write(cookies[0]);
    await expect(open(cookies[0])).rejects.toThrow('not authorized');
    await stays.close();
    await until('the cookie is valid', 2_000, () =>
      open(cookies[0]).then(
        (client) => client.close().then(() => true),
        () => false,
      ),
    );
  });

  it('takes over another authority file, and whether hosts are asked at all', async (test) => {
    const { args, configure } = configurationFile(test);
    const folder = folderOf(test);
    const cookies = [randomBytes(16), randomBytes(16)] as const;
    const files = cookies.map((data, index) => {
      const file = path.join(folder, `authority-${index}`);
      writeFileSync(file, authorityFile({ family: 252, address: '', number: '0', data }));
      return file;
    });
    configure({});
    const gateway = await startProcess(test, { args });
    await (await openClient(gateway.serverNumber)).close();
    configure({ authFile: files[0] });
    await hangUp(gateway);
    await expect(openClient(gateway.serverNumber)).rejects.toThrow('not authorized');
    await expect(openClient(gateway.serverNumber, { door: 'UNIX' })).rejects.toThrow(
      'not authorized',
    );
    configure({ authFile: files[1] });
    await hangUp(gateway);
    const authorization = { name: MAGIC_COOKIE, data: cookies[1] };
    await (await openClient(gateway.serverNumber, { authorization })).close();
    await expect(openClient(gateway.serverNumber)).rejects.toThrow('not authorized');
    configure({ authFile: files[1], accessControl: false });
    await hangUp(gateway);
    await (await openClient(gateway.serverNumber)).close();
  });
});

describe.concurrent('SIGTERM', () => {
  it('ends plays and records that wait, tells every client the end, and exits with 0 in time', async (test) => {
    const gateway = await startProcess(test);
    const clients = await Promise.all(
      (['TCP', 'UNIX', 'TCP'] as const).map((door) => openClient(gateway.serverNumber, { door })),
    );
    const contexts = await Promise.all(clients.map((client) => client.createContext(1)));
    const startTime = (await contexts[0]?.getTime()) ?? 0;
    const outcomes = [
      contexts[0]?.play({ startTime, samples: new Uint8Array(200_000) }),
      contexts[1]?.record({ startTime, byteCount: 80_000 }),
      contexts[2]?.play({ startTime, samples: new Uint8Array(8_000) }),
    ].map((outcome) =>
      Promise.resolve(outcome).then(
        () => 'done',
        (error: Error) => error.name,
      ),
    );
    expect(await outcomes[2]).toBe('done');
    const sinceMs = performance.now();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(performance.now() - sinceMs).toBeLessThan(2_000);
    expect(await Promise.all(outcomes)).toEqual(['ConnectionError', 'ConnectionError', 'done']);
    const ends = await Promise.all(clients.map((client) => client.ended));
    expect(ends.map(({ code }) => code)).toEqual(['lost', 'lost', 'lost']);
    expect(gateway.output.stderr).not.toMatch(/"(warn|error)"/);
  });

  it('lets what plays come to its end, where it may drain, and tells pages and load balancers', async (test) => {
    const gateway = await startProcess(test, { args: ['--drain-ms', '10000'] });
    const { serverNumber, httpPort } = gateway;
    const link = `http://127.0.0.1:${httpPort}/`;
    const page = await openPage(link);
    const program = await openClient(serverNumber);
    const context = await program.createContext(1);
    const startTime = await context.getTime();
    await context.play({ startTime, samples: new Uint8Array(24_000).fill(0x80) });
    const sinceMs = performance.now();
    gateway.child.kill('SIGTERM');
    await until('it drains', 2_000, async () => (await fetch(`${link}healthz`)).status === 503);
    expect(await (await fetch(`${link}healthz`)).json()).toMatchObject({
      status: 'failing',
      reasons: [{ code: 'draining' }],
    });
    await expect(openClient(serverNumber)).rejects.toThrow();
    const late = await openRawPage(link);
    expect(await late.closed).toEqual({ code: 1001, reason: 'The gateway ends.' });
    // Who is there goes on.
    await context.getTime();
    expect(await page.closed).toEqual({ code: 1001, reason: 'The gateway ends.' });
    expect(await gateway.ended).toBe(0);
    const lastedMs = performance.now() - sinceMs;
    expect(lastedMs).toBeGreaterThan(2_000);
    expect(lastedMs).toBeLessThan(6_000);
  });
});
