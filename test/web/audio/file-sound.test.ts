// Sound files on their way to a device: rate, channels and length.
import { describe, expect, it } from 'vitest';
import { fitTone } from '#test/shared/audio/tone-fit';
import { type DecodedSound, frameCountOf, piecesOf } from '#web/audio/file-sound';
import { gatewayUrl, statusUrl } from '#web/audio/gateway-urls';

function decoded(rateHz: number, ...channels: Float32Array[]): DecodedSound {
  return {
    ...{ sampleRate: rateHz, numberOfChannels: channels.length, length: channels[0]?.length ?? 0 },
    getChannelData: (channel) => channels[channel] ?? new Float32Array(0),
  };
}

const tone = (hz: number, rateHz: number, frameCount: number) =>
  Float32Array.from(
    { length: frameCount },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rateHz),
  );

function all(sound: DecodedSound, rateHz: number, channelCount: number): number[] {
  return Array.from(piecesOf(sound, { rateHz, channelCount, pieceFrames: 1_000 }), (piece) => [
    ...piece,
  ]).flat();
}

describe('the sound of a file', () => {
  it('comes in pieces, the last one shorter, and as long as it is', () => {
    const sound = decoded(48_000, tone(440, 48_000, 48_001));
    const pieces = Array.from(
      piecesOf(sound, { rateHz: 8_000, channelCount: 1, pieceFrames: 3_000 }),
      ({ length }) => length,
    );
    expect(pieces).toEqual([3_000, 3_000, 2_001]);
    expect(frameCountOf(sound, 8_000)).toBe(8_001);
  });

  it('keeps its pitch and level at another rate', () => {
    const samples = all(decoded(48_000, tone(1_000, 48_000, 48_000)), 8_000, 1);
    const fit = fitTone(Int16Array.from(samples.slice(1_000, 7_000)), 1_000, 8_000);
    expect(fit.levelDb).toBeCloseTo(20 * Math.log10(0x4000), 1);
    expect(fit.snrDb).toBeGreaterThan(75);
  });

  it('is the mean of its channels on a mono device, and on both channels if it is mono', () => {
    const left = new Float32Array(4_800).fill(0.5);
    const right = new Float32Array(4_800).fill(-0.25);
    expect(all(decoded(48_000, left, right), 48_000, 1)[2_000]).toBe(4_096);
    const both = all(decoded(48_000, left, right), 48_000, 2);
    expect([both[4_000], both[4_001]]).toEqual([16_384, -8_192]);
    const same = all(decoded(48_000, left), 48_000, 2);
    expect([same[4_000], same[4_001]]).toEqual([16_384, 16_384]);
  });

  it('may be nothing', () => {
    expect(all(decoded(48_000, new Float32Array(0)), 8_000, 1)).toEqual([]);
  });
});

describe('the doors of a gateway', () => {
  it('are found from any link to it, with its token', () => {
    expect(gatewayUrl('http://lab:8411/?token=abc#top', 'relay')).toBe(
      'ws://lab:8411/relay?token=abc',
    );
    expect(gatewayUrl('https://lab/sound/', 'relay')).toBe('wss://lab/sound/relay');
    expect(gatewayUrl('wss://lab/relay?token=abc', 'audiofile')).toBe(
      'wss://lab/audiofile?token=abc',
    );
    expect(gatewayUrl('', 'relay', 'http://lab:1/page')).toBe('ws://lab:1/relay');
    expect(() => gatewayUrl('lab:8411', 'relay')).toThrow('“lab:8411” is no link to a gateway');
    expect(() => gatewayUrl('', 'relay')).toThrow('no link');
    expect(statusUrl('wss://lab/relay?token=abc')).toBe('https://lab/api/status?token=abc');
  });
});
