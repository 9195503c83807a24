// Whole frames of one broadcast as WebSocket messages, of which only a few numbers and the samples differ.
import type { DeviceTime } from '#shared/protocol/ids';
import { encodeFrame, type FrameHeader, frameOffsets } from '#shared/relay/frame';
import { frameMessage, payloadOf } from './frame-message.ts';
import type { FrameMessage } from './ports.ts';

/** What differs from frame to frame. */
export interface FrameMoment {
  readonly flags: number;
  readonly sequence: number;
  readonly startTime: DeviceTime;
  readonly senderMicroseconds: number;
}

const TWO_TO_32 = 2 ** 32;

/** The hand-written twin of `encodeFrame` and `frameMessage`, for each frame that is sent. */
export class FrameTemplate {
  readonly #message: FrameMessage;
  readonly #payloadAt: number;
  readonly #samplesAt: number;

  constructor(header: Omit<FrameHeader, keyof FrameMoment>, sampleByteCount: number) {
    const zero = { flags: 0, sequence: 0, startTime: 0 as DeviceTime, senderMicroseconds: 0 };
    const payload = encodeFrame({ ...header, ...zero }, new Uint8Array(sampleByteCount));
    this.#message = frameMessage(payload);
    this.#payloadAt = this.#message.length - payloadOf(this.#message).length;
    this.#samplesAt = this.#message.length - sampleByteCount;
  }

  /** `samples` are as many as the template was made for, and are copied. */
  message(moment: FrameMoment, samples: Uint8Array): FrameMessage {
    const message = Buffer.allocUnsafe(this.#message.length);
    this.#message.copy(message, 0, 0, this.#samplesAt);
    message.set(samples, this.#samplesAt);
    const at = this.#payloadAt;
    const { senderMicroseconds } = moment;
    message[at + frameOffsets.flags] = moment.flags;
    message.writeUInt32LE(moment.sequence, at + frameOffsets.sequence);
    message.writeUInt32LE(moment.startTime, at + frameOffsets.startTime);
    const senderAt = at + frameOffsets.senderMicroseconds;
    message.writeUInt32LE(Math.floor(senderMicroseconds / TWO_TO_32), senderAt);
    message.writeUInt32LE(senderMicroseconds % TWO_TO_32, senderAt + 4);
    return message;
  }
}
