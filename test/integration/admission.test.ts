// Who gets in over real sockets: cookies, the list of hosts, and addresses other than 127.0.0.1.
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAudioFile } from '#cli/connect';
import { MAGIC_COOKIE } from '#shared/client/index';
import { authorityFile } from '#test/server/transport/authority-file';
import { byteOrders } from '#test/support/byte-builder';
import { startTestGateway } from './support/gateway.ts';
import { folderOf, type RunningTest } from './support/running-test.ts';
import { until } from './support/waiting.ts';

const REFUSED = 'Client is not authorized to connect to Server';
/** Loopback to the kernel, but no address that any interface has: a stranger, so to say. */
const STRANGER = '127.0.0.2';
// Only Linux lets a socket have any address of 127.0.0.0/8.
const hasStrangers = process.platform === 'linux';

function cookieFile(test: RunningTest, data: Uint8Array): string {
  const file = path.join(folderOf(test), 'authority');
  writeFileSync(
    file,
    authorityFile({ family: 0, address: Buffer.of(127, 0, 0, 1), number: '0', data }),
  );
  return file;
}

describe.runIf(hasStrangers)('a program on a host that is not in the list', () => {
  it.for(byteOrders)(
    'is refused in %s-endian order with the reason of the protocol',
    async (byteOrder, test) => {
      const { connect } = await startTestGateway(test);
      await (await connect({ byteOrder })).close();
      await (await connect({ byteOrder, door: 'UNIX' })).close();
      await expect(connect({ byteOrder, localAddress: STRANGER })).rejects.toThrow(REFUSED);
    },
  );

  it('gets in once its host was added, until it is removed again', async (test) => {
    const { connect } = await startTestGateway(test);
    const local = await connect();
    await local.hosts.add(STRANGER);
    const stranger = await connect({ localAddress: STRANGER });
    await expect(stranger.hosts.add('10.0.0.1')).rejects.toMatchObject({ errorName: 'BadAccess' });
    await expect(stranger.hosts.setAccessControl(false)).rejects.toMatchObject({
      errorName: 'BadAccess',
    });
    await expect(stranger.killClient(0x0010_0000)).rejects.toMatchObject({
      errorName: 'BadAccess',
    });
    await local.hosts.remove(STRANGER);
    await expect(connect({ localAddress: STRANGER })).rejects.toThrow(REFUSED);
    await stranger.sync();
  });

  it('gets in while access control is off', async (test) => {
    const { connect } = await startTestGateway(test);
    const local = await connect();
    await local.hosts.setAccessControl(false);
    await (await connect({ localAddress: STRANGER })).close();
    await local.hosts.setAccessControl(true);
    await expect(connect({ localAddress: STRANGER })).rejects.toThrow(REFUSED);
  });

  it('gets in when the hosts file names it', async (test) => {
    const hostsFile = path.join(folderOf(test), 'hosts');
    writeFileSync(hostsFile, `# friends\n${STRANGER}  # the one\n`);
    const { connect } = await startTestGateway(test, { hostsFile });
    await (await connect({ localAddress: STRANGER })).close();
    await expect(connect({ localAddress: '127.0.0.3' })).rejects.toThrow(REFUSED);
  });

  it('gets in with a cookie', async (test) => {
    const data = randomBytes(16);
    const { connect } = await startTestGateway(test, { authFile: cookieFile(test, data) });
    const authorization = { name: MAGIC_COOKIE, data };
    await (await connect({ localAddress: STRANGER, authorization })).close();
  });
});

describe('a gateway with a cookie file', () => {
  it('admits nobody without the cookie, through neither door', async (test) => {
    const data = randomBytes(16);
    const { connect } = await startTestGateway(test, { authFile: cookieFile(test, data) });
    const wrong = { name: MAGIC_COOKIE, data: randomBytes(16) };
    const short = { name: MAGIC_COOKIE, data: data.subarray(0, 15) };
    const other = { name: 'MIT-MAGIC-COOKIE-2', data };
    for (const door of ['TCP', 'UNIX'] as const) {
      await expect(connect({ door })).rejects.toThrow(REFUSED);
      for (const authorization of [wrong, short, other]) {
        await expect(connect({ door, authorization })).rejects.toThrow(REFUSED);
      }
      await (await connect({ door, authorization: { name: MAGIC_COOKIE, data } })).close();
    }
  });

  it('admits a program that finds the cookie by itself in the same file', async (test) => {
    const data = randomBytes(16);
    const file = cookieFile(test, data);
    const { serverNumber } = await startTestGateway(test, { authFile: file });
    // Under the gateway's own number, as its owner's tools write it.
    const number = String(serverNumber);
    const entry = { family: 0, address: Buffer.of(127, 0, 0, 1), number, data };
    writeFileSync(file, authorityFile(entry));
    const server = `127.0.0.1:${number}`;
    const client = await openAudioFile(server, { authorityFile: file });
    expect(client.devices).toHaveLength(5);
    await client.close();
    const without = { authorityFile: `${file}-none` };
    await expect(openAudioFile(server, without)).rejects.toThrow(REFUSED);
  });

  it('does not start when the file cannot be read', async (test) => {
    const authFile = path.join(folderOf(test), 'missing');
    await expect(startTestGateway(test, { authFile })).rejects.toThrow(
      /^The cookie file .*missing/,
    );
  });

  it('admits nobody when the file is taken away, and says so in its log', async (test) => {
    const authFile = cookieFile(test, randomBytes(16));
    const { connect, log, reload } = await startTestGateway(test, { authFile });
    rmSync(authFile);
    reload();
    await expect(connect()).rejects.toThrow(REFUSED);
    await expect(connect({ door: 'UNIX' })).rejects.toThrow(REFUSED);
    expect(log[0]).toContain('the authority file cannot be read');
  });
});

describe.runIf(hasStrangers)('the hosts file', () => {
  it('is read again on a reload, for hosts that come and for hosts that go', async (test) => {
    const hostsFile = path.join(folderOf(test), 'hosts');
    const { connect, reload } = await startTestGateway(test, { hostsFile });
    const isAdmitted = () =>
      connect({ localAddress: STRANGER }).then(
        (client) => client.close().then(() => true),
        () => false,
      );
    expect(await isAdmitted()).toBe(false);
    writeFileSync(hostsFile, `# a friend\n${STRANGER}\n`);
    reload();
    await until('it is admitted', 5_000, isAdmitted);
    writeFileSync(hostsFile, '');
    reload();
    await until('it is refused', 5_000, async () => !(await isAdmitted()));
  });

  it('keeps what clients change where that is wished, over a restart, and otherwise not', async (test) => {
    const hostsFile = path.join(folderOf(test), 'hosts');
    writeFileSync(hostsFile, '# the lab\n10.0.0.1\n');
    const change = async (keepHosts: boolean) => {
      const { connect, close } = await startTestGateway(test, { hostsFile, keepHosts });
      const client = await connect();
      await client.hosts.add(STRANGER);
      await client.hosts.remove('10.0.0.1');
      await client.close();
      await close();
    };
    await change(false);
    expect(readFileSync(hostsFile, 'utf8')).toBe('# the lab\n10.0.0.1\n');
    await change(true);
    expect(readFileSync(hostsFile, 'utf8')).toBe(`# the lab\n${STRANGER}\n`);
    const { connect } = await startTestGateway(test, { hostsFile });
    await (await connect({ localAddress: STRANGER })).close();
  });
});

describe.runIf(hasStrangers)('an address', () => {
  it('that connects too often is refused with the reason of the protocol, and no other is', async (test) => {
    const hostsFile = path.join(folderOf(test), 'hosts');
    writeFileSync(hostsFile, STRANGER);
    const limits = { setupsPerSecond: 2 };
    const { connect } = await startTestGateway(test, { hostsFile, limits });
    for (let n = 0; n < 4; n += 1) await (await connect({ localAddress: STRANGER })).close();
    for (const byteOrder of byteOrders) {
      await expect(connect({ localAddress: STRANGER, byteOrder })).rejects.toThrow(
        'Maximum number of clients reached',
      );
    }
    await (await connect()).close();
    await (await connect({ door: 'UNIX' })).close();
    await until('it may again', 5_000, () =>
      connect({ localAddress: STRANGER }).then(
        (client) => client.close().then(() => true),
        () => false,
      ),
    );
  });

  it('that shows too many wrong cookies is not looked at for a while, and others are', async (test) => {
    const data = randomBytes(16);
    const { connect } = await startTestGateway(test, {
      authFile: cookieFile(test, data),
      limits: { failedCookiesPerMinute: 3 },
    });
    const right = { authorization: { name: MAGIC_COOKIE, data } };
    const wrong = { authorization: { name: MAGIC_COOKIE, data: randomBytes(16) } };
    for (let n = 0; n < 3; n += 1) {
      await expect(connect({ localAddress: STRANGER, ...wrong })).rejects.toThrow(REFUSED);
    }
    await expect(connect({ localAddress: STRANGER, ...right })).rejects.toThrow(REFUSED);
    await (await connect(right)).close();
    await (await connect({ door: 'UNIX', ...right })).close();
  });
});

describe('KillClient', () => {
  it('ends the other connection and no more', async (test) => {
    const { connect } = await startTestGateway(test);
    const [killer, victim, bystander] = [await connect(), await connect(), await connect()];
    const context = await victim.createContext(1);
    await killer.killClient(context.id);
    expect((await victim.ended).code).toBe('lost');
    await Promise.all([killer.sync(), bystander.sync()]);
  });
});
