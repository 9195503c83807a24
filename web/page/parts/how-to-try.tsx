// Where programs connect, and what to type to be heard here.
import type { DoorStatus, GatewayStatus } from '#shared/relay/status';

const doorKinds: Readonly<Record<DoorStatus['kind'], string>> = {
  tcp: 'TCP',
  unix: 'UNIX socket',
};

export interface HowToTryProps {
  readonly status: GatewayStatus;
  readonly pageHost: string;
}

export function HowToTry({ status, pageHost }: HowToTryProps) {
  // A colon in a host name would end it, so an IPv6 address cannot be written in a server's name.
  const host = pageHost.includes(':') ? 'localhost' : pageHost;
  const serverName = `${host}:${status.serverNumber}`;
  return (
    <details class="fold">
      <summary>
        <h2>Try it from programs</h2>
      </summary>
      <p>
        Programs find this gateway when the variable AUDIOFILE names it: the command <code>af</code>
        , and all that use the original AudioFile library.
      </p>
      <pre>
        <code>
          {`export AUDIOFILE=${serverName}
af tone 440 554 659
af play music.wav
af record mine.wav`}
        </code>
      </pre>
      <p>
        In a clone the command is <code>node dist/cli/main.js</code>. On the machine that runs the
        gateway, <code>:{status.serverNumber}</code> alone means the UNIX socket. The number on the
        card of a device is the one that programs know it by.
      </p>
      <h3>Where programs connect</h3>
      <dl class="doors">
        {status.doors.map(({ kind, address }) => (
          <div key={address}>
            <dt>{doorKinds[kind]}</dt>
            <dd>
              <code>{address}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
