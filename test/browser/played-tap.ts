// Keeps what the playback worklet of the real page puts out, and what its telephone sounds like by itself, sample
// by sample, on the way to the speakers.
import type { Page } from 'playwright-core';

/** Before the page opens. What captures has an input, and what plays has none. */
export async function tapPlayed(page: Page): Promise<void> {
  await page.addInitScript(`{
    const { connect } = AudioNode.prototype;
    globalThis.tapped = { played: [], own: [] };
    const tap = (node, pieces) => {
      const tapNode = node.context.createScriptProcessor(2048, 1, 1);
      tapNode.onaudioprocess = ({ inputBuffer }) =>
        pieces.push(inputBuffer.getChannelData(0).slice());
      globalThis.tappedRateHz = node.context.sampleRate;
      connect.call(node, tapNode);
      connect.call(tapNode, node.context.destination);
    };
    AudioNode.prototype.connect = function (target, ...rest) {
      if (this instanceof AudioWorkletNode && this.numberOfInputs === 0) tap(this, tapped.played);
      if (this instanceof GainNode && target instanceof AudioDestinationNode) tap(this, tapped.own);
      return connect.call(this, target, ...rest);
    };
  }`);
}

/** What devices play, or what the telephone sounds like by itself. */
type Tapped = 'played' | 'own';

export interface PlayedSound {
  readonly samples: Float32Array;
  readonly rateHz: number;
}

/** All that was played since the last time. */
export async function takePlayed(page: Page, what: Tapped = 'played'): Promise<PlayedSound> {
  const base64 = await page.evaluate<string>(`(() => {
    let text = '';
    for (const piece of tapped.${what}.splice(0)) {
      for (const byte of new Uint8Array(piece.buffer)) text += String.fromCharCode(byte);
    }
    return btoa(text);
  })()`);
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  const rateHz = await page.evaluate<number>('tappedRateHz');
  return { samples: new Float32Array(bytes.buffer), rateHz };
}
