// Puts the page together with a sound side.
import { render } from 'preact';
import { createGateway } from './model/gateway.ts';
import { createMessages, gatewayMessages } from './model/messages.ts';
import { createPreferences, storeOf } from './model/preferences.ts';
import { createStatusWatch, fetchStatus } from './model/status.ts';
import { Page } from './page.tsx';
import type { PageSound } from './page-sound.ts';
import { pageNameOf } from './words/clients.ts';

export function startPage(root: Element, sound: PageSound): void {
  const preferences = createPreferences(storeOf(window));
  const gateway = createGateway({
    sound,
    relayUrl: relayUrlOf(location.href),
    pageName: pageNameOf(navigator.userAgent),
    preferences,
    save: offerDownload,
  });
  const messages = createMessages(gatewayMessages, preferences, gateway.notices);
  const statusWatch = createStatusWatch(fetchStatus, sound.nowMs);
  void statusWatch.refresh();
  root.replaceChildren();
  const pageHost = location.hostname;
  const reload = () => location.reload();
  render(<Page {...{ gateway, statusWatch, messages, pageHost, reload }} />, root);
}

/** The relay stands beside the page; the token that the page was opened with is in a cookie. */
function relayUrlOf(pageUrl: string): string {
  const url = new URL('relay', pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function offerDownload(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken it over by the next turn of the loop; a minute is enough for all of them.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
