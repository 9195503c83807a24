// Paints the waveform of the last seconds; what is newest stands at the right.
import { createColumns } from './columns.ts';
import { type Painter, type Surface, samplesPerColumn } from './painter.ts';

/** Thin enough for detail, thick enough to be seen. */
const COLUMN_PIXELS = 2;

export function createWaveform({ context, width, height, colors }: Surface): Painter {
  const columnCount = Math.max(1, Math.floor(width / COLUMN_PIXELS));
  const columns = createColumns(columnCount);
  const middle = height / 2;
  /** A little air above and below full scale. */
  const scale = middle * 0.94;

  return {
    add(samples, rateHz) {
      columns.add(samples, samplesPerColumn(rateHz, columnCount));
    },
    paint() {
      context.fillStyle = colors.ground;
      context.fillRect(0, 0, width, height);
      context.fillStyle = colors.faint;
      context.fillRect(0, Math.round(middle), width, 1);
      context.fillStyle = colors.ink;
      const shown = Math.min(columns.count, columns.capacity);
      const left = width - shown * COLUMN_PIXELS;
      for (let i = 0; i < shown; i++) {
        const column = columns.count - shown + i;
        const top = middle - columns.high(column) * scale;
        const bottom = middle - columns.low(column) * scale;
        const x = left + i * COLUMN_PIXELS;
        context.fillRect(x, top, COLUMN_PIXELS - 0.5, Math.max(1, bottom - top));
      }
    },
  };
}
