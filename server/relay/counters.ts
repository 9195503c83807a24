// What the relay counts from its start, for whoever watches the gateway.

export interface RelayCounters {
  /** Frames handed to sockets, each counted for every listener. */
  sentFrames: number;
  sentBytes: number;
  /** Frames that listeners lost because they were behind. */
  droppedFrames: number;
  heardFrames: number;
  heardBytes: number;
  /** Frames of microphones, or parts of them, that came too late to be heard. */
  lateHeardFrames: number;
}

export function createCounters(): RelayCounters {
  return {
    sentFrames: 0,
    sentBytes: 0,
    droppedFrames: 0,
    heardFrames: 0,
    heardBytes: 0,
    lateHeardFrames: 0,
  };
}
