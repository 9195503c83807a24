// Where AudioFile programs connect.
import type { DoorStatus, GatewayStatus } from '#shared/relay/status';

const kinds: Readonly<Record<DoorStatus['kind'], string>> = {
  tcp: 'TCP',
  unix: 'UNIX socket',
};

export function Doors({ status }: { status: GatewayStatus }) {
  return (
    <section aria-labelledby="doors">
      <h2 id="doors">Where programs connect</h2>
      <dl>
        {status.doors.map(({ kind, address }) => (
          <div key={address}>
            <dt>{kinds[kind]}</dt>
            <dd>
              <code>{address}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
