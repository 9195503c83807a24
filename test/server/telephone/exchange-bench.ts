// An exchange on fake time, with telephones that remember what they were told and a program at the near end.
import type { Device, PhoneEvent } from '#server/devices/face';
import {
  defaultDevices,
  type InterfaceDescription,
  type VirtualPhoneLine,
} from '#server/devices/index';
import { type CallNow, Exchanges, type Telephone } from '#server/telephone/index';
import { deviceBench } from '#test/server/devices/device-setup';

export class FakeTelephone implements Telephone {
  readonly name: string;
  readonly page: number;
  readonly calls: CallNow[] = [];
  readonly keys: string[] = [];

  constructor(name: string, page: number) {
    this.name = name;
    this.page = page;
  }

  callChanged(_: Device, call: CallNow): void {
    this.calls.push(call);
  }

  keyHeard(_: Device, digit: string, isDown: boolean): void {
    this.keys.push(`${digit}${isDown ? ' down' : ' up'}`);
  }

  /** What it was told of its calls since the last time, in words. */
  takeCalls(): string[] {
    return this.calls
      .splice(0)
      .map(({ state, ended }) => (ended === undefined ? state : `${state}: ${ended}`));
  }
}

export function exchangeBench(descriptions: readonly InterfaceDescription[] = defaultDevices) {
  const bench = deviceBench(descriptions);
  const logged: string[] = [];
  const dialed: string[] = [];
  const exchanges = new Exchanges({
    devices: bench.set,
    clock: bench.time,
    timers: bench.time,
    log: { info: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`) },
    numberDialed: (device, number) => dialed.push(`${device.name}: ${number}`),
  });
  const phone = bench.device('phone');
  const line = phone.phone as VirtualPhoneLine;
  const exchange = exchanges.of(phone);
  if (exchange === undefined) throw new Error('the phone has no exchange');
  const events: PhoneEvent[] = [];
  line.onEvent((event) => events.push(event));
  let pages = 0;
  return {
    ...bench,
    exchanges,
    exchange,
    phone,
    line,
    logged,
    dialed,
    telephone(name = 'kitchen', number = '') {
      pages += 1;
      const telephone = new FakeTelephone(name, pages);
      if (number !== '') exchange.takeNumber(telephone, number);
      return telephone;
    },
    /** What programs were told since the last time: event, state and digit. */
    takeEvents(): string[] {
      return events.splice(0).map(({ event, state, digit }) => {
        const of = digit === undefined ? '' : ` ${String.fromCharCode(digit)}`;
        return `${event} ${state}${of}`;
      });
    },
  };
}
