// Is loaded into a measured process before its own code, and tells whoever started it what it has used.

export interface Usage {
  /** Of all threads, in user and kernel mode, since the start. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpuMs: (user + system) / 1_000,
    residentBytes: process.memoryUsage.rss(),
  } satisfies Usage);
});
// Being asked must not keep the process alive.
process.channel?.unref();
