// What a device hears, as an AudioFile program in the page records it.
import { type Connection, connectAudioFile, type StopSignal } from '#shared/client/index';
import { gatewayUrl } from './gateway-urls.ts';
import { openWebSocketStream } from './websocket-stream.ts';

export interface HearDeviceOptions {
  /** Samples from the call on, interleaved and without a gap; each piece is the taker's. */
  readonly onSamples: (samples: Int16Array, channelCount: number, rateHz: number) => void;
  /** Ends it; the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Sound comes this late at most, and so much may be missing at the end. */
const PIECE_SECONDS = 0.1;
const BYTES_PER_SAMPLE = 2;

/**
 * Hears with a device, named by its number for AudioFile programs, until it is ended. Rejects with an error
 * whose message is for people when the gateway goes away.
 */
export async function hearDevice(
  relayUrl: string,
  deviceIndex: number,
  options: HearDeviceOptions,
): Promise<never> {
  const stream = openWebSocketStream(gatewayUrl(relayUrl, 'audiofile'));
  const connection = await connectAudioFile(stream, { signal: options.signal });
  try {
    return await hearOver(connection, deviceIndex, options);
  } finally {
    // A record that waits is given up with it; what went wrong before says more.
    connection.abort();
  }
}

/** The same over a connection that stays open. */
export async function hearOver(
  connection: Connection,
  deviceIndex: number,
  {
    onSamples,
    signal,
  }: Pick<HearDeviceOptions, 'onSamples'> & { readonly signal: StopSignal | undefined },
): Promise<never> {
  const context = await connection.createContext(deviceIndex, { encoding: 'LIN16' });
  const { recordChannelCount: channelCount, recordRateHz: rateHz } = context.device;
  const byteCount = Math.round(PIECE_SECONDS * rateHz) * channelCount * BYTES_PER_SAMPLE;
  for (let startTime: number = await context.getTime(); ; ) {
    const { samples, nextTime } = await context.record({ startTime, byteCount, signal });
    startTime = nextTime;
    onSamples(samplesOf(samples), channelCount, rateHz);
  }
}

function samplesOf(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength / BYTES_PER_SAMPLE }, (_, i) =>
    view.getInt16(BYTES_PER_SAMPLE * i, true),
  );
}
