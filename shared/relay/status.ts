// What the gateway tells a page of itself: the answer to GET /api/status.
import type { EncodingName } from '#shared/protocol/encodings';

export interface DeviceStatus {
  /** Its number in the protocol. */
  readonly index: number;
  readonly name: string;
  readonly rateHz: number;
  readonly channelCount: number;
  readonly encoding: EncodingName;
}

export interface DoorStatus {
  readonly kind: 'tcp' | 'unix';
  /** `address:port`, or the socket's path. */
  readonly address: string;
}

export interface GatewayStatus {
  readonly version: string;
  readonly uptimeSeconds: number;
  /** The N of `host:N`, by which AudioFile programs name this server. */
  readonly serverNumber: number;
  /** Where AudioFile programs connect. */
  readonly doors: readonly DoorStatus[];
  readonly devices: readonly DeviceStatus[];
}
