// What paints sound on a canvas: made once for a canvas of a given size, fed with samples, and asked to
// paint once for each frame of the screen.

/** How much time the width of a picture shows. */
export const SHOWN_SECONDS = 8;

export interface Painter {
  /** Takes samples; paints nothing yet. */
  add(samples: Float32Array, rateHz: number): void;
  paint(): void;
}

export interface PaintColors {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
}

/** The parts of a canvas that painters use; sizes in its own pixels. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colors: PaintColors;
}

export function samplesPerColumn(rateHz: number, columnCount: number): number {
  return Math.max(1, Math.round((rateHz * SHOWN_SECONDS) / columnCount));
}
