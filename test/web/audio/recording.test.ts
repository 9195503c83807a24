// Recording to WAV, and the silence that belongs to a recording.
import { describe, expect, it } from 'vitest';
import type { DeviceTime } from '#shared/protocol/ids';
import type { FrameHeader } from '#shared/relay/frame';
import { FrameTap } from '#web/audio/frame-tap';
import { createRecorder, wavHeader } from '#web/audio/recorder';

describe('a recording', () => {
  it('begins with the header that every program knows', () => {
    const hex = Buffer.from(wavHeader(2, 48_000, 0x01020304)).toString('hex');
    expect(hex).toBe(
      [
        ...['52494646', '28030201', '57415645', '666d7420', '10000000', '0100', '0200', '80bb0000'],
        ...['00ee0200', '0400', '1000', '64617461', '04030201'],
      ].join(''),
    );
  });

  it('holds all that was taken, little endian, in one file', async () => {
    const recorder = createRecorder();
    expect(recorder.toWav()).toBeUndefined();
    for (let i = 0; i < 2_500; i++) recorder.take(Int16Array.of(i, -i), 1, 8_000);
    expect(recorder.seconds).toBe(5_000 / 8_000);
    const blob = recorder.toWav();
    expect(blob?.type).toBe('audio/wav');
    const view = new DataView((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(view.byteLength).toBe(44 + 10_000);
    expect(view.getUint32(4, true)).toBe(36 + 10_000);
    expect(view.getInt16(44 + 4 * 2_499, true)).toBe(2_499);
    expect(view.getInt16(46 + 4 * 2_499, true)).toBe(-2_499);
  });

  it('takes only sound of the form that it began with', () => {
    const recorder = createRecorder();
    recorder.take(new Int16Array(800), 1, 8_000);
    recorder.take(new Int16Array(800), 2, 8_000);
    recorder.take(new Int16Array(800), 1, 48_000);
    expect(recorder.seconds).toBe(0.1);
  });
});

describe('sound that is told for recording', () => {
  const header = (startTime: number, frameCount: number): FrameHeader => ({
    ...{ kind: 'played', flags: 0, device: 0, encoding: 'LIN16', channelCount: 1, sequence: 0 },
    ...{ frameCount, startTime: (startTime >>> 0) as DeviceTime, senderMicroseconds: 0 },
  });

  it('has the silence between sounds, also where device time wraps', () => {
    const tap = new FrameTap();
    const told: number[] = [];
    const end = tap.add((samples) => told.push(...samples));
    tap.tell(header(-4, 2), Int16Array.of(1, 2), 8_000);
    tap.tell(header(-2, 2), Int16Array.of(3, 4), 8_000);
    tap.tell(header(3, 2), Int16Array.of(5, 6), 8_000);
    expect(told).toEqual([1, 2, 3, 4, 0, 0, 0, 5, 6]);
    end();
    tap.tell(header(5, 1), Int16Array.of(7), 8_000);
    expect(told).toHaveLength(9);
  });

  it('has none where a gateway began anew', () => {
    const tap = new FrameTap();
    let frameCount = 0;
    tap.add((samples) => {
      frameCount += samples.length;
    });
    tap.tell(header(2 ** 31, 2), Int16Array.of(1, 2), 8_000);
    tap.tell(header(0, 2), Int16Array.of(3, 4), 8_000);
    expect(frameCount).toBe(4);
  });
});
