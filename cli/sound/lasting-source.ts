// What a device hears, for commands that outlive their server.
import type { Context } from '#shared/client/index';
import type { CommandContext } from '../command.ts';
import { findDevice, type NamedDevice } from '../devices.ts';
import { type RetryOption, withLasting } from '../lasting-connection.ts';
import { type MonitorMemory, withMonitor } from './recorder.ts';

export interface SourceOptions extends RetryOption {
  readonly device?: string;
  readonly monitor?: boolean;
  /** In dB. */
  readonly gain?: number;
}

/** Does `work` on the device, again from where it is after the connection was lost. */
export async function withLastingSource(
  context: CommandContext,
  options: SourceOptions,
  work: (audio: Context, source: NamedDevice) => Promise<void>,
): Promise<void> {
  const { device, gain, monitor = false, retryFor: retryForSeconds } = options;
  let memory: MonitorMemory = {};
  await withLasting(context, { retryForSeconds }, async ({ connection, again }) => {
    const source = await findDevice(connection, device, 'sound');
    const audio = await connection.createContext(source.device, {
      ...(gain !== undefined && { recordGainDb: gain }),
    });
    // Another server has inputs of its own.
    if (again?.isSameServer !== true) memory = {};
    await withMonitor(audio, monitor, () => work(audio, source), memory);
  });
}
