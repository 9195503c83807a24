// What went wrong lately. A notice that goes away passes the focus on: to another one, or to where it came from.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Notices } from '../model/notices.ts';
import { TroubleBox } from './trouble.tsx';

export function NoticeList({ notices }: { notices: Notices }) {
  const place = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<EventTarget>();
  const list = notices.list.value;
  // Before anything is taken out of the page.
  const holder = heldBy(place.current);
  const isByKeyboard = holder?.matches(':focus-visible') ?? false;
  useLayoutEffect(() => {
    if (!holder || holder.isConnected) return;
    // Who works with a mouse looks at the notices, wherever the focus goes.
    giveFocus(place.current?.querySelector('button') ?? cameFrom.current, !isByKeyboard);
  });
  return (
    <div
      class="notices"
      ref={place}
      onFocusIn={({ relatedTarget }) => {
        // It comes from nowhere when a notice that went away passed it on.
        if (relatedTarget && !isWithin(place.current, relatedTarget)) {
          cameFrom.current = relatedTarget;
        }
      }}
    >
      {list.map(({ id, words }) => (
        <TroubleBox key={id} words={words}>
          <button type="button" class="plain" onClick={() => notices.putAway(id)}>
            All right<span class="unseen">, put this away: {words.happened}</span>
          </button>
        </TroubleBox>
      ))}
    </div>
  );
}

function heldBy(place: Element | null): Element | undefined {
  const { activeElement } = document;
  return activeElement && isWithin(place, activeElement) ? activeElement : undefined;
}

function isWithin(place: Element | null, target: EventTarget): boolean {
  return target instanceof Node && place?.contains(target) === true;
}

/** What cannot have it, because it is gone or disabled, leaves it to the devices. */
function giveFocus(wanted: EventTarget | undefined, preventScroll: boolean): void {
  for (const target of [wanted, document.getElementById('devices')]) {
    if (!(target instanceof HTMLElement)) continue;
    target.focus({ preventScroll });
    if (document.activeElement === target) return;
  }
}
