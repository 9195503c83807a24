// Opening a server by name, over real sockets, against a listener that knows no more than the set-up.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAudioFile } from '#cli/connect';
import { unixSocketPath } from '#server/transport/addresses';
import { authorityFile } from '#test/server/transport/authority-file';
import { bytesOf, conversationsOf } from '#test/shared/client/support/golden';

it('sends the cookie that the X authority file holds for this machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'af-'));
  const recorded = conversationsOf('raw/setup-ok-le.json')[0]?.exchanges ?? [];
  const accepted = recorded.find(({ name }) => name === 'set-up accepted');
  if (!accepted) throw new Error('the recording has no set-up');
  let setup = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      if (setup.length === 0) socket.write(bytesOf(accepted));
      else socket.write(Buffer.from('0100010000000000'.padEnd(64, '0'), 'hex'));
      setup = Buffer.concat([setup, chunk]);
    });
  });
  await new Promise<void>((resolve) => server.listen(unixSocketPath('6', folder), resolve));
  const data = Buffer.from('0123456789abcdef');
  const authority = join(folder, 'authority');
  await writeFile(
    authority,
    authorityFile({ family: 256, address: hostname(), number: '6', data }),
  );

  const connection = await openAudioFile('unix:6', {
    unixSocketFolder: folder,
    authorityFile: authority,
  });
  expect(connection.devices).toHaveLength(5);
  expect(setup.toString('latin1')).toBe(
    `l\0\u0003\0\0\0\u0012\0\u0010\0\0\0MIT-MAGIC-COOKIE-1\0\0${data}`,
  );
  await connection.close();
  server.close();
  await rm(folder, { recursive: true });
});
