// Paints which frequencies sounded in the last seconds: time from left to right, low notes at the bottom,
// brightness for strength.
import { type Painter, type Surface, samplesPerColumn } from './painter.ts';
import { createSpectrum } from './spectrum.ts';

const SIZE = 1_024;
const COLUMN_PIXELS = 2;
const RING_SAMPLES = 8_192;
/** What is weaker is black, what is stronger is brightest. */
const WEAKEST_DB = -86;
const STRONGEST_DB = -12;
/** Half of the picture's height goes to what lies below this part of the frequencies, where music is. */
const CURVATURE = 2.2;

/** From nothing to strongest, as red, green and blue. */
const stops = [
  [10, 22, 20],
  [14, 62, 74],
  [30, 128, 116],
  [122, 196, 120],
  [250, 226, 130],
  [255, 250, 232],
] as const;

export function createSpectrogram({ context, width, height, colors }: Surface): Painter {
  const spectrum = createSpectrum(SIZE);
  const columnCount = Math.max(1, Math.floor(width / COLUMN_PIXELS));
  const ring = new Float32Array(RING_SAMPLES);
  const palette = createPalette();
  const bins = binsOf(height, spectrum.levelsDb.length);
  const image = context.createImageData(COLUMN_PIXELS, height);
  let end = 0;
  let sinceColumn = 0;

  context.fillStyle = colors.ground;
  context.fillRect(0, 0, width, height);

  function paintColumn(): void {
    spectrum.measure(ring, end);
    for (let y = 0; y < height; y++) {
      const db = spectrum.levelsDb[bins[y] as number] as number;
      const strength = (db - WEAKEST_DB) / (STRONGEST_DB - WEAKEST_DB);
      const color = Math.round(Math.min(1, Math.max(0, strength)) * 255) * 3;
      for (let x = 0; x < COLUMN_PIXELS; x++) {
        const pixel = (y * COLUMN_PIXELS + x) * 4;
        image.data[pixel] = palette[color] as number;
        image.data[pixel + 1] = palette[color + 1] as number;
        image.data[pixel + 2] = palette[color + 2] as number;
        image.data[pixel + 3] = 255;
      }
    }
    context.drawImage(context.canvas, -COLUMN_PIXELS, 0);
    context.putImageData(image, width - COLUMN_PIXELS, 0);
  }

  return {
    add(samples, rateHz) {
      const perColumn = samplesPerColumn(rateHz, columnCount);
      for (let i = 0; i < samples.length; i++) {
        ring[end] = samples[i] as number;
        end = (end + 1) % RING_SAMPLES;
        sinceColumn += 1;
        if (sinceColumn < perColumn) continue;
        sinceColumn = 0;
        paintColumn();
      }
    },
    // Its columns are painted as they are complete.
    paint() {},
  };
}

function createPalette(): Uint8ClampedArray {
  const palette = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const lower = stops[Math.floor(place)] ?? stops[0];
    const upper = stops[Math.ceil(place)] ?? lower;
    for (let part = 0; part < 3; part++) {
      const from = lower[part] ?? 0;
      palette[i * 3 + part] = from + ((upper[part] ?? 0) - from) * (place % 1);
    }
  }
  return palette;
}

/** For each row of the picture, from the top, the frequency that it shows. */
function binsOf(height: number, binCount: number): Uint16Array {
  return Uint16Array.from({ length: height }, (_, y) => {
    const share = (height - 1 - y) / Math.max(1, height - 1);
    return Math.round(share ** CURVATURE * (binCount - 1));
  });
}
