// An exchange as /api shows it.
import type { TelephoneStatus } from '#shared/relay/status';
import type { Exchange } from './exchange.ts';

export function statusOf(exchange: Exchange): TelephoneStatus {
  const { device, line, state, directory, lastNumberDialed } = exchange;
  return {
    device: device.name,
    isOffHook: line.isOffHook,
    hasLoopCurrent: line.hasLoopCurrent,
    state: state.name,
    lastNumberDialed,
    telephones: directory.entries().map(({ number, telephone }) => ({
      number,
      page: telephone.page,
      pageName: telephone.name,
    })),
    ...('call' in state && {
      call: {
        direction: state.call.direction,
        page: state.call.telephone.page,
        pageName: state.call.telephone.name,
        seconds: Math.floor((exchange.nowMs() - state.call.sinceMs) / 1_000),
      },
    }),
  };
}
