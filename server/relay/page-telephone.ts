// A page's telephone: what it asks of the exchanges behind the lines, and what it is told of its calls.
import type { Device } from '#server/devices/face';
import type { CallNow, Exchange, Telephone } from '#server/telephone/index';
import type { PageMessage } from '#shared/relay/control';
import { RelayError } from '#shared/relay/relay-error';
import type { telephoneFromPage } from '#shared/relay/telephone';
import type { Page } from './page.ts';
import type { RelayCore } from './relay-core.ts';

type TelephoneType = keyof typeof telephoneFromPage;
type MessageOf<Type> = Extract<PageMessage, { type: Type }>;
type Handlers = { readonly [Type in TelephoneType]: (message: MessageOf<Type>) => void };

export class PageTelephone implements Telephone {
  readonly #core: RelayCore;
  readonly #page: Page;

  constructor(core: RelayCore, page: Page) {
    this.#core = core;
    this.#page = page;
  }

  get name(): string {
    return this.#page.name;
  }

  get page(): number {
    return this.#page.number;
  }

  readonly handlers: Handlers = {
    telephone: ({ device, number }) => {
      const exchange = this.#exchange(device);
      exchange.takeNumber(this, number);
      this.#page.send({ type: 'telephone', device, number });
    },
    call: ({ device }) => this.#exchange(device).call(this),
    answer: ({ device }) => this.#exchange(device).answer(this),
    hangUp: ({ device }) => this.#exchange(device).hangUp(this),
    key: ({ device, digit, isDown }) => this.#exchange(device).key(this, digit, isDown),
  };

  callChanged(device: Device, call: CallNow): void {
    const number = this.#core.numbers.numberOf(device);
    if (number !== undefined) this.#page.send({ type: 'call', device: number, ...call });
  }

  keyHeard(device: Device, digit: string, isDown: boolean): void {
    const number = this.#core.numbers.numberOf(device);
    if (number !== undefined) this.#page.send({ type: 'key', device: number, digit, isDown });
  }

  /** Whether the page's microphone is heard on a device now. */
  mayBeHeard(device: Device): boolean {
    return this.#core.options.exchanges.of(device)?.mayBeHeard(this) ?? true;
  }

  vanish(): void {
    this.#core.options.exchanges.vanish(this);
  }

  #exchange(number: number): Exchange {
    const device = this.#page.device(number);
    const exchange = this.#core.options.exchanges.of(device);
    if (exchange !== undefined) return exchange;
    throw RelayError.refused(`The device “${device.name}” has no telephone line.`);
  }
}
