// A well-behaved client that plays on a device of its own, and hears there what it played, sample by sample.
import type { Connection, Context } from '#shared/client/index';
import { encodings } from '#shared/protocol/encodings';
import type { DeviceTime } from '#shared/protocol/ids';
import { sleepMs } from '../support/waiting.ts';

const RATE_HZ = 48_000;
/** The device that it plays on. */
export const quietFormat = { rateHz: RATE_HZ, encoding: 'LIN16', channelCount: 2 } as const;
const FRAME_BYTES = 4;
/** Few and long, so that what is slow is the gateway and not this process, which attacks it as well. */
const PIECE_FRAMES = RATE_HZ / 2;
/** A busy machine may do something else for so long. */
const LEAD_FRAMES = 2.5 * RATE_HZ;
/** What a device keeps of the past, less than a request may take. */
const KEPT_FRAMES = 3.5 * RATE_HZ;

/** Samples that differ from frame to frame and never come again within minutes. */
function samplesAt(startFrame: number): Uint8Array {
  const samples = Buffer.alloc(PIECE_FRAMES * FRAME_BYTES);
  for (let frame = 0; frame < PIECE_FRAMES; frame += 1) {
    const noise = Math.imul(startFrame + frame, 0x9e37_79b1);
    samples.writeInt16LE(noise >> 16, frame * FRAME_BYTES);
    samples.writeInt16LE((noise << 16) >> 16, frame * FRAME_BYTES + 2);
  }
  return samples;
}

export interface Place {
  readonly connection: Connection;
  readonly context: Context;
}

export interface Streamed {
  slowestMs: number;
  pieceCount: number;
  /** How often a piece came too late, so that the stream began anew. */
  lateCount: number;
}

/** Streams in real time and hears itself, until told to stop. */
export async function streamAndListen(
  { connection: player, context }: Place,
  { connection: listener, context: recorder }: Place,
  isOver: () => boolean,
): Promise<Streamed> {
  const streamed: Streamed = { slowestMs: 0, pieceCount: 0, lateCount: 0 };
  const format = { bigEndianSamples: false, block: true, channelCount: 2 };
  while (!isOver()) {
    const startFrame = (await context.getTime()) + LEAD_FRAMES;
    for (let frame = startFrame; !isOver(); frame += PIECE_FRAMES) {
      const samples = samplesAt(frame);
      const takenFrame = await context.play({ startTime: frame, samples });
      const sinceMs = performance.now();
      await context.getTime();
      streamed.slowestMs = Math.max(streamed.slowestMs, performance.now() - sinceMs);
      // What attackers did to the list of hosts must not keep the next ones out.
      await player.hosts.add('127.0.0.1');
      const heardFrame = frame - LEAD_FRAMES;
      if (heardFrame < startFrame) {
        await sleepMs((1_000 * PIECE_FRAMES) / RATE_HZ);
        continue;
      }
      const heard = await listener.calls.ask('RecordSamples', {
        ...{ ...format, context: recorder.id, encoding: encodings.LIN16.id },
        ...{ startTime: heardFrame as DeviceTime, byteCount: samples.length },
      });
      if (takenFrame > frame || heard.time - heardFrame > KEPT_FRAMES) {
        streamed.lateCount += 1;
        break;
      }
      if (!Buffer.from(heard.samples).equals(samplesAt(heardFrame))) {
        throw new Error(`what was played at ${heardFrame} was not heard so`);
      }
      streamed.pieceCount += 1;
    }
  }
  return streamed;
}
