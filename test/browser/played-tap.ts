// Keeps what the playback worklet of the real page puts out, sample by sample, on its way to the speakers.
import type { Page } from 'playwright-core';

/** Before the page opens. What captures has an input, and what plays has none. */
export async function tapPlayed(page: Page): Promise<void> {
  await page.addInitScript(`{
    const { connect } = AudioNode.prototype;
    globalThis.playedPieces = [];
    AudioNode.prototype.connect = function (target, ...rest) {
      if (this instanceof AudioWorkletNode && this.numberOfInputs === 0) {
        const tap = this.context.createScriptProcessor(2048, 1, 1);
        tap.onaudioprocess = ({ inputBuffer }) =>
          playedPieces.push(inputBuffer.getChannelData(0).slice());
        globalThis.playedRateHz = this.context.sampleRate;
        connect.call(this, tap);
        connect.call(tap, this.context.destination);
      }
      return connect.call(this, target, ...rest);
    };
  }`);
}

export interface PlayedSound {
  readonly samples: Float32Array;
  readonly rateHz: number;
}

/** All that was played since the last time. */
export async function takePlayed(page: Page): Promise<PlayedSound> {
  const base64 = await page.evaluate<string>(`(() => {
    let text = '';
    for (const piece of playedPieces.splice(0)) {
      for (const byte of new Uint8Array(piece.buffer)) text += String.fromCharCode(byte);
    }
    return btoa(text);
  })()`);
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  const rateHz = await page.evaluate<number>('playedRateHz');
  return { samples: new Float32Array(bytes.buffer), rateHz };
}
