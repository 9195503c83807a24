// The whole page.
import { useSignal, useSignalEffect } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { DeviceModel } from './model/device.ts';
import type { GatewayModel } from './model/gateway.ts';
import type { Messages } from './model/messages.ts';
import type { StatusWatch } from './model/status.ts';
import { Announcer } from './parts/announcer.tsx';
import { DeviceList } from './parts/device-list.tsx';
import { Hero } from './parts/hero.tsx';
import { HowToTry } from './parts/how-to-try.tsx';
import { KeyList, useKeys } from './parts/keys.tsx';
import { NoticeList } from './parts/notice-list.tsx';
import { PageHeader } from './parts/page-header.tsx';
import { StateBanner } from './parts/state-banner.tsx';
import { Together } from './parts/together.tsx';
import { WhyDrawer } from './parts/why-drawer.tsx';

export interface PageProps {
  readonly gateway: GatewayModel;
  readonly statusWatch: StatusWatch;
  readonly messages: Messages;
  /** The host in the page's own address: programs on this machine reach the gateway by it. */
  readonly pageHost: string;
  readonly reload: () => void;
}

export function Page({ gateway, statusWatch, messages, pageHost, reload }: PageProps) {
  const { explained, explain, close } = useDrawer(gateway);
  useKeys({ gateway, onWhy: explain, hasPanel: explained !== undefined });
  useTitle(gateway);
  useSignalEffect(() => {
    if (gateway.state.value.kind === 'live') void statusWatch.refresh();
  });
  const status = statusWatch.status.value;
  const isRefused = gateway.state.value.kind === 'refused';
  return (
    <div class={explained ? 'page with-drawer' : 'page'}>
      {!isRefused && (
        <a class="skip" href="#devices">
          To the devices
        </a>
      )}
      <PageHeader gateway={gateway} statusWatch={statusWatch} pageHost={pageHost} />
      <main>
        <StateBanner gateway={gateway} reload={reload} />
        <NoticeList notices={gateway.notices} />
        {!isRefused && (
          <>
            <Hero gateway={gateway} />
            <DeviceList gateway={gateway} messages={messages} onWhy={explain} />
            <Together gateway={gateway} />
            {status && <HowToTry status={status} pageHost={pageHost} />}
            <KeyList gateway={gateway} />
          </>
        )}
      </main>
      <Announcer gateway={gateway} />
      {explained && (
        <WhyDrawer
          device={explained}
          roundTripMs={() => gateway.relay.roundTripMs}
          onClose={close}
        />
      )}
    </div>
  );
}

/** The panel at the side; closing it gives the focus back to where it was. */
function useDrawer(gateway: GatewayModel) {
  const device = useSignal<DeviceModel | undefined>(undefined);
  const cameFrom = useRef<Element | null>(null);
  const explain = useCallback(
    (wanted: DeviceModel) => {
      if (!device.value) cameFrom.current = document.activeElement;
      device.value = wanted;
    },
    [device],
  );
  const close = useCallback(() => {
    device.value = undefined;
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  }, [device]);
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === 'Escape' && device.value) close();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [device, close]);
  const isThere = device.value && gateway.devices.value.includes(device.value);
  return { explained: isThere ? device.value : undefined, explain, close };
}

const FLASH_MS = 1_000;

/** A tab among many should say that it is heard from, and that it rings. */
function useTitle(gateway: GatewayModel): void {
  const isFlashed = useSignal(false);
  useSignalEffect(() => {
    if (!gateway.rung.value) return;
    const timer = setInterval(() => {
      isFlashed.value = !isFlashed.peek();
    }, FLASH_MS);
    return () => {
      clearInterval(timer);
      isFlashed.value = false;
    };
  });
  useSignalEffect(() => {
    const rung = gateway.rung.value?.listing.value.name;
    const heard = gateway.devices.value
      .filter(({ listening }) => listening.value)
      .map(({ listing }) => listing.value.name);
    const prefix = heard.length > 0 ? `${heard.join(', ')} · ` : '';
    const usual = `${prefix}AudioFile gateway`;
    document.title = rung !== undefined && !isFlashed.value ? `Ringing … · ${rung}` : usual;
  });
}
