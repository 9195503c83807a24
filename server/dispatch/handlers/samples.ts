// Play, record and time.
import { encodings } from '#shared/protocol/encodings';
import { ProtocolError } from '#shared/protocol/errors';
import type { ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import type { AudioContext } from '../audio-context.ts';
import type { Client } from '../client.ts';

interface SampleRequest {
  readonly channelCount: number;
  readonly encoding: number;
}

/** protocol.md 10.2: the encoding is the context's, the channels are the device's, and units are whole. */
function checkSamples(
  context: AudioContext,
  { channelCount, encoding }: SampleRequest,
  byteCount: number,
): void {
  if (encoding !== encodings[context.encoding].id) throw new ProtocolError('BadMatch');
  if (channelCount !== context.device.channelCount) throw new ProtocolError('BadMatch');
  if (byteCount % context.unitBytes !== 0) throw new ProtocolError('BadImplementation');
}

export const handlers = {
  PlaySamples(client: Client, request: RequestOf<'PlaySamples'>): undefined {
    const context = client.context(request.context);
    const byteCount = request.samples.length;
    checkSamples(context, request, byteCount);
    client.statistics.playedByteCount += byteCount;
    client.operation = client.play.begin(context, request);
    if (client.play.isLate) client.statistics.latePlayCount += 1;
  },

  RecordSamples(client: Client, request: RequestOf<'RecordSamples'>): undefined {
    const context = client.context(request.context);
    const { byteCount } = request;
    checkSamples(context, request, byteCount);
    if (byteCount > client.server.options.limits.recordReplyBytes) {
      throw new ProtocolError('BadImplementation', byteCount);
    }
    client.statistics.recordedByteCount += byteCount;
    client.operation = client.record.begin(context, request);
  },

  GetTime(client: Client, request: RequestOf<'GetTime'>): ReplyOf<'GetTime'> {
    const context = client.context(request.context);
    return { time: context.timeOf(context.nowFrame()) };
  },
};
