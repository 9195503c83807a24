// The public face of the telephone: exchanges behind the lines of devices, and telephones that others bring.
export type { CallCount, CallDirection, CallOutcome } from './call-counts.ts';
export type { Exchange } from './exchange.ts';
export { Exchanges, type ExchangesOptions } from './exchanges.ts';
export type { CallNow, ExchangeLog, ExchangePorts, Telephone } from './ports.ts';
