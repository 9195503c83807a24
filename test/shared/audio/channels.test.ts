// Mono to stereo and back.
import { describe, expect, it } from 'vitest';
import { averageChannels, pickChannel, placeChannel, spreadMono } from '#shared/audio/channels';

describe('channel maps', () => {
  it('give a mono sound to both sides', () => {
    const stereo = new Int16Array(6);
    spreadMono(Int16Array.of(1, -2, 3), stereo, 3, 2);
    expect([...stereo]).toEqual([1, 1, -2, -2, 3, 3]);
  });

  it('fold both sides to their mean, cut off towards zero', () => {
    const mono = new Int16Array(4);
    averageChannels(Int16Array.of(1, 2, -1, -2, 32_767, 32_767, -32_768, -32_768), mono, 4, 2);
    expect([...mono]).toEqual([1, -1, 32_767, -32_768]);
    const exact = new Float32Array(1);
    averageChannels(Float32Array.of(0.5, 0.25), exact, 1, 2);
    expect(exact[0]).toBe(0.375);
  });

  it('pick one side', () => {
    const stereo = Float32Array.of(1, 10, 2, 20, 3, 30);
    const mono = new Float32Array(3);
    pickChannel(stereo, mono, 0, 3, 2);
    expect([...mono]).toEqual([1, 2, 3]);
    pickChannel(stereo, mono, 1, 3, 2);
    expect([...mono]).toEqual([10, 20, 30]);
  });

  it('place a mono sound on one side and leave the other alone', () => {
    const stereo = Int32Array.of(7, 7, 7, 7);
    placeChannel(Int32Array.of(1, 2), stereo, 1, 2, 2);
    expect([...stereo]).toEqual([7, 1, 7, 2]);
  });
});
