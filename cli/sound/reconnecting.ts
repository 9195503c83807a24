// How a player goes on when its server was lost: on the same device of the server that is there then.
import type { Connection, Context } from '#shared/client/index';
import { CommandError } from '../errors.ts';
import type { LastingConnection } from '../lasting-connection.ts';
import { isSameFormat, type SoundFormat } from '../sound-files/format.ts';
import { askTime } from './asked-time.ts';
import { playFormatOf } from './device-format.ts';
import type { PlayerOptions } from './player.ts';

/** `open` finds the device and makes a context on it; sound was converted to `format` already. */
export function reconnecting(
  lasting: LastingConnection,
  format: SoundFormat,
  open: (connection: Connection) => Promise<Context>,
): NonNullable<PlayerOptions['reconnect']> {
  return async (error) => {
    const { opened, lostAtMs } = await lasting.reopen(error, async (connection) => {
      const context = await open(connection);
      if (!isSameFormat(playFormatOf(context.device), format)) throw deviceChanged();
      return { context, asked: await askTime(context) };
    });
    return { ...opened, lostAtMs };
  };
}

export function deviceChanged(): CommandError {
  return new CommandError(
    'failed',
    'The device has another format since the server came back, so that the sound cannot go on: start the command again.',
  );
}
