// "Why does it sound like this?": where the delay of a device comes from and what went wrong lately, for
// people who are no engineers, with the figures for those who are.
import { useEffect, useRef } from 'preact/hooks';
import type { PlayerReport } from '../../audio/face.ts';
import { Curve } from '../draw/curve.tsx';
import type { DeviceModel } from '../model/device.ts';
import type { TimedReport } from '../model/report-history.ts';
import { countInWords, msInWords } from '../words/in-words.ts';
import {
  delayInWords,
  diagnosis,
  latencyInWords,
  latencyMs,
  latencyShares,
  quietInWords,
} from '../words/latency.ts';
import { Icon } from './icons.tsx';

export interface WhyDrawerProps {
  readonly device: DeviceModel;
  /** Time to the gateway and back. */
  readonly roundTripMs: () => number | undefined;
  readonly onClose: () => void;
}

export function WhyDrawer({ device, roundTripMs, onClose }: WhyDrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { name } = device.listing.value;
  const listening = device.listening.value;
  const report = listening?.report.value;
  return (
    <aside class="drawer" aria-labelledby="why">
      <header>
        <h2 id="why" ref={heading} tabIndex={-1}>
          Why does it sound like this?
        </h2>
        <button type="button" class="round" aria-label="Close this panel" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p class="quiet">
        About <strong>{name}</strong>, as this page hears it.
      </p>
      {listening && report ? (
        <Explanation
          report={report}
          isQuiet={listening.state.value === 'silent'}
          history={listening.history.value}
          roundTripMs={roundTripMs()}
        />
      ) : (
        <p>
          {listening
            ? 'There is nothing to tell yet: the figures come with the sound.'
            : `Nobody listens to ${name} on this page. Press Listen, and come back.`}
        </p>
      )}
    </aside>
  );
}

interface ExplanationProps {
  readonly report: PlayerReport;
  readonly isQuiet: boolean;
  readonly history: readonly TimedReport[];
  readonly roundTripMs: number | undefined;
}

function Explanation({ report, isQuiet, history, roundTripMs }: ExplanationProps) {
  return (
    <>
      <p class="delay">{isQuiet ? quietInWords : delayInWords(report)}</p>
      <ul class="diagnosis">
        {diagnosis(report, history[0]?.report ?? report).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <LatencyBar report={report} />
      <h3>Sound kept in hand, over the last minute</h3>
      <Curve
        history={history}
        label={`The buffer holds ${msInWords(report.bufferMs)} and aims at ${msInWords(report.targetMs)}.`}
      />
      <p class="quiet curve-key">
        <span class="key buffer" aria-hidden="true" /> in the buffer
        <span class="key aim" aria-hidden="true" /> what it aims at
      </p>
      <h3>The figures</h3>
      <Figures report={report} roundTripMs={roundTripMs} />
    </>
  );
}

function LatencyBar({ report }: { report: PlayerReport }) {
  const shares = latencyShares(report);
  return (
    <figure class="latency">
      <div class="bar" role="img" aria-label={latencyInWords(report)}>
        {shares.map(({ part, share }) => (
          <span key={part} class={part} style={{ flexGrow: share }} />
        ))}
      </div>
      <figcaption>
        <dl>
          {shares.map(({ part, name, doc, ms }) => (
            <div key={part}>
              <dt>
                <span class={`key ${part}`} aria-hidden="true" />
                {name}
              </dt>
              <dd class="figure">{msInWords(ms)}</dd>
              <dd class="quiet">{doc}</dd>
            </div>
          ))}
          <div class="sum">
            <dt>Together</dt>
            <dd class="figure">{msInWords(latencyMs(report))}</dd>
          </div>
        </dl>
      </figcaption>
    </figure>
  );
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly doc: string;
}

function figuresOf(report: PlayerReport, roundTripMs: number | undefined): Figure[] {
  return [
    {
      name: 'Underruns',
      value: String(report.underrunCount),
      doc: 'How often sound came too late, so that there was a short silence.',
    },
    {
      name: 'Dropped',
      value: countInWords(report.droppedFrameCount, 'frame'),
      doc: 'Pieces of sound left out because they came far too late.',
    },
    {
      name: 'Drift',
      value: `${report.driftPpm.toFixed(1)} ppm`,
      doc: 'How much the clocks of the two machines differ, in millionths; corrected by resampling.',
    },
    {
      name: 'Round trip',
      value: roundTripMs === undefined ? 'not known yet' : `${roundTripMs.toFixed(1)} ms`,
      doc: 'The way to the gateway and back.',
    },
  ];
}

function Figures({ report, roundTripMs }: Pick<ExplanationProps, 'report' | 'roundTripMs'>) {
  return (
    <dl class="figures-list">
      {figuresOf(report, roundTripMs).map(({ name, value, doc }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="figure">{value}</dd>
          <dd class="quiet">{doc}</dd>
        </div>
      ))}
    </dl>
  );
}
