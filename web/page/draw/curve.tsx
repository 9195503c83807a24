// The buffer's level over time. The library that draws it is fetched when it is first looked at.
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { HISTORY_MS, type TimedReport } from '../model/report-history.ts';
import { CALM_INTERVAL_MS, useVisible, wantsLessMotion } from './use-visible.ts';

const HEIGHT_PX = 170;
const MARKS_SECONDS = [-45, -30, -15, 0];

export interface CurveProps {
  readonly history: readonly TimedReport[];
  readonly label: string;
}

export function Curve({ history, label }: CurveProps) {
  const ref = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const drawnMs = useRef(Number.NEGATIVE_INFINITY);
  const isVisible = useVisible(ref);

  useEffect(() => {
    const home = ref.current;
    if (!home) return;
    let isGone = false;
    const draw = async () => {
      const { default: Plot } = await import('uplot');
      if (isGone) return;
      plot.current?.destroy();
      plot.current = new Plot(optionsFor(home), [[], [], []], home);
    };
    void draw();
    const observer = new ResizeObserver(() => {
      plot.current?.setSize({ width: home.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(home);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      isGone = true;
      observer.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);

  useEffect(() => {
    const lastMs = history.at(-1)?.atMs;
    if (lastMs === undefined || !isVisible) return;
    if (wantsLessMotion() && lastMs - drawnMs.current < CALM_INTERVAL_MS) return;
    drawnMs.current = lastMs;
    plot.current?.setData([
      history.map(({ atMs }) => (atMs - lastMs) / 1_000),
      history.map(({ report }) => report.bufferMs),
      history.map(({ report }) => report.targetMs),
    ]);
  }, [history, isVisible]);

  return <div ref={ref} class="curve" role="img" aria-label={label} />;
}

function optionsFor(home: HTMLElement): uPlot.Options {
  const style = getComputedStyle(home);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: home.clientWidth,
    height: HEIGHT_PX,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: [-HISTORY_MS / 1_000, 0] },
      y: { range: (_plot, _low, high) => [0, Math.max(50, high * 1.2)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        splits: () => MARKS_SECONDS,
        values: () => MARKS_SECONDS.map(secondsAgo),
      },
      { ...axis, size: 52, values: (_plot, ticks) => ticks.map((ms) => `${ms} ms`) },
    ],
    series: [
      {},
      {
        label: 'in the buffer',
        stroke: color('--buffer'),
        fill: color('--buffer-faint'),
        width: 2,
      },
      { label: 'aim', stroke: color('--ink'), width: 1.5, dash: [5, 4] },
    ],
  };
}

function secondsAgo(seconds: number): string {
  return seconds === 0 ? 'now' : `${-seconds} s ago`;
}
