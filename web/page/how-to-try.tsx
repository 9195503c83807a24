// What to type to see that the gateway answers.
import type { GatewayStatus } from '#shared/relay/status';

export interface HowToTryProps {
  readonly status: GatewayStatus;
  readonly pageHost: string;
}

export function HowToTry({ status, pageHost }: HowToTryProps) {
  // A colon in a host name would end it, so an IPv6 address cannot be written in a server's name.
  const host = pageHost.includes(':') ? 'localhost' : pageHost;
  const serverName = `${host}:${status.serverNumber}`;
  return (
    <section aria-labelledby="try">
      <h2 id="try">Try it</h2>
      <p>
        Programs that use the original AudioFile library find this gateway when the variable
        AUDIOFILE names it:
      </p>
      <pre>
        <code>export AUDIOFILE={serverName}</code>
      </pre>
      <p>
        On the machine that runs the gateway, <code>:{status.serverNumber}</code> alone means the
        UNIX socket.
      </p>
    </section>
  );
}
