// Who gets in over real sockets: cookies, the list of hosts, and addresses other than 127.0.0.1.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAudioFile } from '#cli/connect';
import { MAGIC_COOKIE } from '#shared/client/index';
import { authorityFile } from '#test/server/transport/authority-file';
import { byteOrders } from '#test/support/byte-builder';
import { startTestGateway } from './support/gateway.ts';

const REFUSED = 'Client is not authorized to connect to Server';
/** Loopback to the kernel, but no address that any interface has: a stranger, so to say. */
const STRANGER = '127.0.0.2';
// Only Linux lets a socket have any address of 127.0.0.0/8.
const hasStrangers = process.platform === 'linux';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-admission-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function withCookieFile(data: Uint8Array): string {
  const file = path.join(folder, 'authority');
  writeFileSync(
    file,
    authorityFile({ family: 0, address: Buffer.of(127, 0, 0, 1), number: '0', data }),
  );
  return file;
}

describe.runIf(hasStrangers)('a program on a host that is not in the list', () => {
  it.each(byteOrders)(
    'is refused in %s-endian order with the reason of the protocol',
    async (byteOrder) => {
      const { connect } = await startTestGateway();
      await (await connect({ byteOrder })).close();
      await (await connect({ byteOrder, door: 'UNIX' })).close();
      await expect(connect({ byteOrder, localAddress: STRANGER })).rejects.toThrow(REFUSED);
    },
  );

  it('gets in once its host was added, until it is removed again', async () => {
    const { connect } = await startTestGateway();
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

  it('gets in while access control is off', async () => {
    const { connect } = await startTestGateway();
    const local = await connect();
    await local.hosts.setAccessControl(false);
    await (await connect({ localAddress: STRANGER })).close();
    await local.hosts.setAccessControl(true);
    await expect(connect({ localAddress: STRANGER })).rejects.toThrow(REFUSED);
  });

  it('gets in when the hosts file names it', async () => {
    const hostsFile = path.join(folder, 'hosts');
    writeFileSync(hostsFile, `# friends\n${STRANGER}  # the one\n`);
    const { connect } = await startTestGateway({ hostsFile });
    await (await connect({ localAddress: STRANGER })).close();
    await expect(connect({ localAddress: '127.0.0.3' })).rejects.toThrow(REFUSED);
  });

  it('gets in with a cookie', async () => {
    const data = randomBytes(16);
    const { connect } = await startTestGateway({ authFile: withCookieFile(data) });
    const authorization = { name: MAGIC_COOKIE, data };
    await (await connect({ localAddress: STRANGER, authorization })).close();
  });
});

describe('a gateway with a cookie file', () => {
  it('admits nobody without the cookie, through neither door', async () => {
    const data = randomBytes(16);
    const { connect } = await startTestGateway({ authFile: withCookieFile(data) });
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

  it('admits a program that finds the cookie by itself in the same file', async () => {
    const data = randomBytes(16);
    const number = await startAndTellNumber(data);
    const server = `127.0.0.1:${number}`;
    const client = await openAudioFile(server, { authorityFile: path.join(folder, 'authority') });
    expect(client.devices).toHaveLength(5);
    await client.close();
    const without = { authorityFile: path.join(folder, 'none') };
    await expect(openAudioFile(server, without)).rejects.toThrow(REFUSED);
  });

  it('admits nobody when the file cannot be read, and says so in its log', async () => {
    const { connect, log } = await startTestGateway({ authFile: path.join(folder, 'missing') });
    await expect(connect()).rejects.toThrow(REFUSED);
    await expect(connect({ door: 'UNIX' })).rejects.toThrow(REFUSED);
    expect(log[0]).toContain('the authority file cannot be read');
  });
});

/** A gateway whose authority file has an entry for its own number, as its owner's tools write it. */
async function startAndTellNumber(data: Uint8Array): Promise<number> {
  const authFile = withCookieFile(data);
  const { serverNumber } = await startTestGateway({ authFile });
  const entry = { family: 0, address: Buffer.of(127, 0, 0, 1), number: String(serverNumber), data };
  writeFileSync(authFile, authorityFile(entry));
  return serverNumber;
}

describe('KillClient', () => {
  it('ends the other connection and no more', async () => {
    const { connect } = await startTestGateway();
    const [killer, victim, bystander] = [await connect(), await connect(), await connect()];
    const context = await victim.createContext(1);
    await killer.killClient(context.id);
    expect((await victim.ended).code).toBe('lost');
    await Promise.all([killer.sync(), bystander.sync()]);
  });
});
