// A device as if it had another sample rate: what a context of the GATEWAY extension plays is resampled
// on its way in, and what it records on its way out. Streams that go on where they ended keep the
// resampler's state, so that they have no seams.
import type { PlayOptions, Timeline } from '#server/devices/face';
import { createResampler, type Resampler } from '#shared/audio/resampler';

/** What one step hands to a resampler at most. */
const STEP_FRAMES = 1_024;

/** Samples on their way between a device and a resampler, of all timelines: none keeps them between steps. */
let deviceSamples = new Int16Array(0);

function growDeviceSamples(sampleCount: number): void {
  if (deviceSamples.length < sampleCount) deviceSamples = new Int16Array(sampleCount);
}

interface Direction {
  readonly resampler: Resampler;
  /** Where the stream goes on, in frames of the context's rate and of the device's. */
  nextFrame: number;
  nextDeviceFrame: number;
}

export class RatedTimeline implements Timeline {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly playBufferFrames: number;
  readonly recordBufferFrames: number;
  readonly #device: Timeline;
  #play: Direction | undefined;
  #record: Direction | undefined;

  constructor(device: Timeline, rateHz: number) {
    this.rateHz = rateHz;
    this.channelCount = device.channelCount;
    this.playBufferFrames = Math.floor(this.#scale(device.playBufferFrames, device));
    this.recordBufferFrames = Math.floor(this.#scale(device.recordBufferFrames, device));
    this.#device = device;
  }

  nowFrame(): number {
    return Math.floor(this.#scale(this.#device.nowFrame(), this.#device));
  }

  /** The last half millisecond of a stream waits for what follows it. */
  play(startFrame: number, samples: Int16Array, frameCount: number, options: PlayOptions): number {
    this.#play ??= this.#direction(this.rateHz, this.#device.rateHz);
    const { resampler } = this.#play;
    if (startFrame !== this.#play.nextFrame) this.#seek(this.#play, startFrame);
    for (let done = 0; done < frameCount; done += STEP_FRAMES) {
      const stepFrames = Math.min(STEP_FRAMES, frameCount - done);
      const step = samples.subarray(
        done * this.channelCount,
        (done + stepFrames) * this.channelCount,
      );
      const deviceFrames = resampler.process16(step, stepFrames, deviceSamples);
      this.#device.play(this.#play.nextDeviceFrame, deviceSamples, deviceFrames, options);
      this.#play.nextDeviceFrame += deviceFrames;
    }
    this.#play.nextFrame = startFrame + frameCount;
    return frameCount;
  }

  /** What is recorded comes later than on the device by the resampler's latency, so that it all exists. */
  record(startFrame: number, output: Int16Array, frameCount: number): void {
    this.#record ??= this.#direction(this.#device.rateHz, this.rateHz);
    if (startFrame !== this.#record.nextFrame) this.#seekRecord(this.#record, startFrame);
    this.#pull(this.#record, output, frameCount);
    this.#record.nextFrame = startFrame + frameCount;
  }

  /** Begins a little earlier, so that the first frame has its past already. */
  #seekRecord(direction: Direction, startFrame: number): void {
    const { latencyFrames } = direction.resampler;
    const earlierFrames = Math.ceil(this.#scale(latencyFrames, this.#device)) + 1;
    this.#seek(direction, startFrame - earlierFrames);
    direction.nextDeviceFrame -= latencyFrames + 1;
    this.#pull(direction, new Int16Array(earlierFrames * this.channelCount), earlierFrames);
  }

  #pull(direction: Direction, output: Int16Array, frameCount: number): void {
    const { resampler } = direction;
    for (let done = 0; done < frameCount; ) {
      const room = output.subarray(done * this.channelCount);
      const wantedFrames = Math.min(resampler.inputFramesFor(frameCount - done), STEP_FRAMES);
      this.#device.record(direction.nextDeviceFrame, deviceSamples, wantedFrames);
      direction.nextDeviceFrame += wantedFrames;
      done += resampler.process16(deviceSamples, wantedFrames, room, frameCount - done);
    }
  }

  #scale(deviceFrames: number, device: Timeline): number {
    return (deviceFrames * this.rateHz) / device.rateHz;
  }

  #seek(direction: Direction, frame: number): void {
    direction.resampler.reset();
    direction.nextFrame = frame;
    direction.nextDeviceFrame = Math.round((frame * this.#device.rateHz) / this.rateHz);
  }

  #direction(fromHz: number, toHz: number): Direction {
    const { channelCount } = this;
    const resampler = createResampler({
      channelCount,
      ratio: toHz / fromHz,
      maxInputFrames: STEP_FRAMES,
    });
    growDeviceSamples(Math.max(STEP_FRAMES, resampler.maxOutputFrames(STEP_FRAMES)) * channelCount);
    return { resampler, nextFrame: Number.NaN, nextDeviceFrame: 0 };
  }
}
