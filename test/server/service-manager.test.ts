// What a service manager is told, by a stand-in for systemd's program.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '#server/log';
import { tellReady } from '#server/service-manager';
import { newFolder } from '#test/support/new-folder';

function folderWith(program: string) {
  const folder = newFolder();
  const file = path.join(folder, 'systemd-notify');
  writeFileSync(file, `#!/bin/sh\n${program}\n`);
  chmodSync(file, 0o755);
  return folder;
}

function logged() {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    write: (line) => lines.push(line),
    now: () => new Date(0),
  });
  return { lines, log };
}

it('tells the service manager that waits, and no other, that the gateway is ready', async () => {
  const folder = folderWith('echo "$1 $NOTIFY_SOCKET" >>"$0.said"');
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  vi.stubEnv('NOTIFY_SOCKET', '/run/notify');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { lines, log } = logged();
  tellReady({}, log);
  tellReady({ NOTIFY_SOCKET: '/run/notify' }, log);
  const said = () => readFileSync(path.join(folder, 'systemd-notify.said'), 'utf8');
  await vi.waitFor(() => expect(said()).toBe('--ready /run/notify\n'));
  expect(lines).toEqual([]);
});

it('goes on where that cannot be told, and says so', async () => {
  vi.stubEnv('PATH', `${folderWith('exit 1')}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { lines, log } = logged();
  tellReady({ NOTIFY_SOCKET: '/run/notify' }, log);
  await vi.waitFor(() => expect(lines.join()).toContain('cannot be told'));
});
