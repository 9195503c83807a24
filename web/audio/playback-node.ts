// What plays in an AudioContext: a worklet; or, on pages that are not secure (plain http from another machine),
// where browsers have none, the same on the page's own thread. That can stutter when the page is busy, and
// is better than silence.
import { PLAYBACK_PROCESSOR, type PlaybackSetup } from './worklets/playback-messages.ts';
import { PlaybackUnit } from './worklets/playback-unit.ts';

export interface PlaybackNode {
  readonly node: AudioNode;
  /** Commands go in, messages come out. */
  readonly port: MessagePort;
}

/** Long enough for a page that is drawn, in frames. */
const BLOCK_FRAMES = 2_048;

export function createPlaybackNode(context: AudioContext, setup: PlaybackSetup): PlaybackNode {
  const { channelCount } = setup.shape;
  if (!hasWorklets(context)) return createOnPage(context, setup);
  const node = new AudioWorkletNode(context, PLAYBACK_PROCESSOR, {
    ...{ numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [channelCount] },
    processorOptions: setup,
  });
  return { node, port: node.port };
}

/** TypeScript knows only secure pages. */
export function hasWorklets(context: AudioContext): boolean {
  const worklet: AudioWorklet | undefined = context.audioWorklet;
  return worklet !== undefined;
}

function createOnPage(context: AudioContext, setup: PlaybackSetup): PlaybackNode {
  const { channelCount } = setup.shape;
  const { port1, port2 } = new MessageChannel();
  const unit = new PlaybackUnit(setup, port2, context.sampleRate);
  const node = context.createScriptProcessor(BLOCK_FRAMES, 0, channelCount);
  node.addEventListener('audioprocess', ({ outputBuffer, playbackTime }) => {
    const output = Array.from({ length: channelCount }, (_, channel) =>
      outputBuffer.getChannelData(channel),
    );
    unit.process(output, Math.round(playbackTime * context.sampleRate));
  });
  return { node, port: port1 };
}
