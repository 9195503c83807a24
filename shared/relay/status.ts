// What the gateway tells of itself: the answers to GET /api/status, /api/devices, /api/listeners,
// /api/speakers and /api/telephones.
import type { EncodingName } from '#shared/protocol/encodings';
import type { DeviceSettings } from './control.ts';
import type { LineStateName } from './telephone.ts';

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

export interface DeviceDetails extends DeviceStatus {
  readonly hasPhoneLine: boolean;
  readonly settings: DeviceSettings;
  readonly listenerCount: number;
  readonly speakerCount: number;
}

export interface ListenerStatus {
  readonly page: number;
  readonly pageName: string;
  readonly peer: string;
  readonly device: string;
  readonly frameMs: number;
  readonly sentFrameCount: number;
  /** Lost because the page was behind with reading. */
  readonly droppedFrameCount: number;
  /** What the page itself said last; absent until then. */
  readonly report?: {
    readonly bufferedMs: number;
    readonly latencyMs: number;
    readonly underrunCount: number;
    readonly droppedFrameCount: number;
    readonly driftPpm: number;
  };
}

export interface SpeakerStatus {
  readonly page: number;
  readonly pageName: string;
  readonly peer: string;
  readonly device: string;
  readonly rateHz: number;
  readonly channelCount: number;
  /** Not heard, because the device's telephone line is in a call of another page. */
  readonly isMuted: boolean;
  /** How far ahead of the device's time the last message was written. */
  readonly headroomMs: number;
  readonly targetMs: number;
  /** By how much the rate is changed to hold that. */
  readonly correctionPpm: number;
  /** Messages that came too late to be heard whole, and gaps. */
  readonly lateFrameCount: number;
  readonly lostFrameCount: number;
  /** How often the sound broke off and began again, for whatever reason. */
  readonly gapCount: number;
}

/** A device's telephone line. */
export interface TelephoneStatus {
  readonly device: string;
  readonly isOffHook: boolean;
  readonly hasLoopCurrent: boolean;
  readonly state: LineStateName;
  readonly lastNumberDialed: string;
  /** Pages that can be called. */
  readonly telephones: readonly {
    readonly number: string;
    readonly page: number;
    readonly pageName: string;
  }[];
  /** The call that rings or is up; absent where there is none. */
  readonly call?: {
    /** `in`: the page called. */
    readonly direction: 'in' | 'out';
    readonly page: number;
    readonly pageName: string;
    /** Since it came to this state. */
    readonly seconds: number;
  };
}
