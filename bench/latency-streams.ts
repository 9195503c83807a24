// The process of the other programs: as many as it is told to, which play mu-law, until it is ended.
import { measureStreams } from './server-streams.ts';
import { muLaw } from './server-throughput.ts';

const [port, clientCount] = process.argv.slice(2).map(Number);

/** Longer than anybody measures, in the pace of the server's benchmark. */
const FOR_EVER = 1_000;

const address = { host: '127.0.0.1', port: port ?? 0 };
const gateway = {
  ...{ pid: 0, tcp: address, unix: address, page: '' },
  usage: async () => ({ cpuMs: 0, residentBytes: 0 }),
  stop: async () => {},
};
const load = {
  name: 'others',
  kind: muLaw,
  clientCount: clientCount ?? 0,
  secondsAhead: 1,
  requestsAtOnce: 1,
  requestsPerAnswer: 1,
};

process.on('disconnect', () => process.exit());
process.send?.('ready');
await measureStreams(load, gateway, { scale: FOR_EVER });
