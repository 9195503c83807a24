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

/** original.md 9.2: the encoding is the context's, the channels are the device's, and units are whole. */
function checkSamples(
  { stream, device }: AudioContext,
  { channelCount, encoding }: SampleRequest,
  byteCount: number,
): void {
  if (encoding !== encodings[stream.encoding].id) throw new ProtocolError('BadMatch');
  if (channelCount !== device.channelCount) throw new ProtocolError('BadMatch');
  if (byteCount % stream.unitBytes !== 0) throw new ProtocolError('BadImplementation');
}

export const handlers = {
  PlaySamples(client: Client, request: RequestOf<'PlaySamples'>): undefined {
    const context = client.context(request.context);
    checkSamples(context, request, request.samples.length);
    client.operation = client.play.begin(context, request);
  },

  RecordSamples(client: Client, request: RequestOf<'RecordSamples'>): undefined {
    const context = client.context(request.context);
    const { byteCount } = request;
    checkSamples(context, request, byteCount);
    if (byteCount > client.server.options.limits.recordReplyBytes) {
      throw new ProtocolError('BadImplementation', byteCount);
    }
    client.operation = client.record.begin(context, request);
  },

  GetTime(client: Client, request: RequestOf<'GetTime'>): ReplyOf<'GetTime'> {
    return { time: client.context(request.context).stream.now() };
  },
};
