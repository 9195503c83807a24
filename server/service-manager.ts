// What systemd is told of a service of the type `notify`: that it answers. Node has no datagrams of UNIX
// sockets, so systemd's own program says it.
import { execFile } from 'node:child_process';
import type { Log } from './log.ts';

const TELL_LIMIT_MS = 10_000;

/** Does nothing where no service manager waits for it. */
export function tellReady(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): void {
  if (!environment.NOTIFY_SOCKET) return;
  execFile('systemd-notify', ['--ready'], { timeout: TELL_LIMIT_MS }, (error) => {
    if (error)
      log.warn('systemd cannot be told that the gateway is ready', { reason: error.message });
  });
}
