// AFTime, the original's demonstration of an extension.
import type { extensions } from '#shared/protocol/extensions';
import type { ExtensionHandlers } from './index.ts';

export const aftimeHandlers: ExtensionHandlers<typeof extensions.aftime> = {
  AFTime: (client) => ({ wallClockMs: Math.floor(client.server.options.wallClockMs()) % 2 ** 32 }),
};
