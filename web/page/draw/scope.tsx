// The picture of what a device plays. It asks for samples only while it is seen and there is sound.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Listening } from '../model/listening.ts';
import type { Picture } from '../model/preferences.ts';
import { type Painter, SHOWN_SECONDS, type Surface } from './painter.ts';
import { createSpectrogram } from './spectrogram.ts';
import { CALM_INTERVAL_MS, useVisible, wantsLessMotion } from './use-visible.ts';
import { createWaveform } from './waveform.ts';

const painters: Readonly<Record<Picture, (surface: Surface) => Painter>> = {
  waveform: createWaveform,
  spectrogram: createSpectrogram,
};

export function Scope({ listening, picture }: { listening: Listening; picture: Picture }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter>();
  const recent = useRef<Sound[]>([]);
  const isVisible = useVisible(ref);
  const size = useSignal('');
  const isPlaying = listening.state.value === 'playing';

  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const observer = new ResizeObserver(() => {
      size.value = `${canvas.clientWidth} x ${canvas.clientHeight}`;
    });
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [size]);

  // A new size or another picture shows again what was heard last.
  useEffect(() => {
    const surface = ref.current && surfaceOf(ref.current);
    painter.current = surface ? painters[picture](surface) : undefined;
    for (const sound of recent.current) painter.current?.add(sound.samples, sound.rateHz);
    painter.current?.paint();
  }, [picture, size.value]);

  useEffect(() => {
    if (!isVisible || !isPlaying) return;
    return paintWhatComes(listening, recent.current, () => painter.current);
  }, [isVisible, isPlaying, listening]);

  return (
    <div class={isPlaying ? 'scope' : 'scope still'} aria-hidden="true">
      <canvas ref={ref} />
    </div>
  );
}

interface Sound {
  readonly samples: Float32Array;
  readonly rateHz: number;
}

/** Keeps as much as a picture shows. */
function keep(recent: Sound[], sound: Sound): void {
  recent.push(sound);
  const maxCount = (SHOWN_SECONDS * sound.rateHz) / Math.max(1, sound.samples.length);
  if (recent.length > maxCount) recent.shift();
}

/** Paints at most once for each frame of the screen; gives what ends it. */
function paintWhatComes(
  listening: Listening,
  recent: Sound[],
  painter: () => Painter | undefined,
): () => void {
  let frame = 0;
  let paintedMs = Number.NEGATIVE_INFINITY;
  const waiting: Sound[] = [];

  function paint(nowMs: number): void {
    frame = 0;
    if (wantsLessMotion() && nowMs - paintedMs < CALM_INTERVAL_MS) {
      frame = requestAnimationFrame(paint);
      return;
    }
    paintedMs = nowMs;
    for (const { samples, rateHz } of waiting) painter()?.add(samples, rateHz);
    waiting.length = 0;
    painter()?.paint();
  }

  const end = listening.player.onSamples((samples, rateHz) => {
    const sound = { samples: samples.slice(), rateHz };
    waiting.push(sound);
    keep(recent, sound);
    frame ||= requestAnimationFrame(paint);
  });
  return () => {
    end();
    cancelAnimationFrame(frame);
  };
}

function surfaceOf(canvas: HTMLCanvasElement): Surface | undefined {
  const scale = Math.min(2, devicePixelRatio);
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return undefined;
  const style = getComputedStyle(canvas);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    context,
    width: canvas.width,
    height: canvas.height,
    colors: {
      ground: color('--scope-ground'),
      ink: color('--scope-ink'),
      faint: color('--scope-faint'),
    },
  };
}
