// Playing together: all pages that switch it on play the same frame at the same moment.
import type { GatewayModel } from '../model/gateway.ts';
import { msInWords, signedInWords } from '../words/in-words.ts';
import { Slider } from './slider.tsx';
import { Switch } from './switch.tsx';

const MAX_TRIM_MS = 200;

export function Together({ gateway }: { gateway: GatewayModel }) {
  const { isSynchronous, trimMs } = gateway.preferences;
  const latencyMs = gateway.syncLatencyMs.value;
  return (
    <section class="together" aria-labelledby="together">
      <h2 id="together">Several loudspeakers at once</h2>
      <Switch
        label="Play together with other pages"
        doc="All pages that switch this on play the same sound at the same moment, a little later than alone"
        isOn={isSynchronous.value}
        onSwitch={(isOn) => {
          isSynchronous.value = isOn;
        }}
      />
      {isSynchronous.value && (
        <>
          <Slider
            label="Trim of this page"
            min={-MAX_TRIM_MS}
            max={MAX_TRIM_MS}
            step={1}
            value={trimMs.value}
            inWords={(ms) => signedInWords(ms, 'ms')}
            onSet={(ms) => {
              trimMs.value = ms;
            }}
          />
          <p class="quiet">
            {latencyMs > 0
              ? `The pages have agreed on ${msInWords(latencyMs)}.`
              : 'The pages agree on a delay as soon as one of them listens.'}{' '}
            If this loudspeaker lags, as wireless ones do, move the trim to the left.
          </p>
        </>
      )}
    </section>
  );
}
