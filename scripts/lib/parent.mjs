// Ends this process in the usual way when npm, which started it, is gone. npm hands a SIGTERM to the
// shell between the two only, and most shells end without passing it on.

const LOOK_EVERY_MS = 500;

export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
