// What `af probe` found, in words.
import { printable } from '../shown-text.ts';
import type { Finding, ProbeResult } from './probe-listener.ts';

type Sayings = {
  readonly [F in Finding['found']]: (finding: Extract<Finding, { readonly found: F }>) => string;
};

/** As in "There is ...". */
const sayings: Sayings = {
  audioFile: ({ vendor, release }) => `an AudioFile server: ${vendor}, release ${release}`,
  refusal: ({ reason }) => `an AudioFile server that refused the connection: "${reason}"`,
  other: ({ what, line }) => (line === undefined ? what : `${what}: "${line}"`),
  silence: () => 'something that takes connections and says nothing',
  closing: () => 'something that takes connections and closes them at once',
  nothing: () => 'nothing: no program listens',
  noAnswer: ({ code }) => `no answer (${code}): the host is off, or a firewall is between`,
  noHost: ({ code }) => `no such host (${code})`,
  notAllowed: ({ code }) => `something that this user may not open (${code})`,
};

/** The table has under each name what takes that name's finding, which the cast says. */
export function findingInWords(finding: Finding): string {
  const saying = sayings[finding.found] as (finding: Finding) => string;
  return printable(saying(finding));
}

const advice: Readonly<Partial<Record<Finding['found'], string>>> = {
  refusal: 'Give the cookie of its X authority file, or let its owner add this host: af hosts add.',
  other: 'It is no AudioFile server: look at the host and the port.',
  silence: 'It is no AudioFile server, or one that hangs: look at the host and the port.',
  closing: 'It is no AudioFile server, or one that ended just now: look at the host and the port.',
  nothing: 'Start a server with "af serve", or look at the host and the port.',
  noHost: 'Look at the spelling.',
  notAllowed: 'Let the server run as the same user, or use host:N.',
};

export function probeText(where: string, { finding, holder }: ProbeResult): string {
  const facts =
    finding.found === 'audioFile'
      ? [
          ['devices', finding.devices.map(deviceInWords).join(', ')],
          ['extensions', finding.extensions.join(', ') || 'none'],
          ['round trip', `${finding.roundTripMs} ms`],
        ]
      : [];
  if (holder !== undefined) facts.push(['process', holder]);
  const lines = [
    `At ${where} there is ${findingInWords(finding)}.`,
    ...facts.map(([name = '', text = '']) => printable(`  ${name.padEnd(10)}  ${text}`)),
    ...[advice[finding.found] ?? []].flat(),
  ];
  return `${lines.join('\n')}\n`;
}

function deviceInWords({ number, name }: { number: number; name: string | undefined }): string {
  return name === undefined ? String(number) : `${number} ${name}`;
}
