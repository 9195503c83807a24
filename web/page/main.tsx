// Starts the page.
import { render } from 'preact';
import { GatewayPage } from './gateway-page.tsx';
import { fetchStatus, watchGateway } from './gateway-watch.ts';

const root = document.getElementById('page');
if (root) {
  const watch = watchGateway(fetchStatus);
  render(<GatewayPage watch={watch} pageHost={location.hostname} />, root);
}
