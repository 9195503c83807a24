// The gateway as a mixer beside others: programs that play as fast as it lets them, and one that hears all.
import { connect } from 'node:net';
import { nodeStream } from '#server/transport/node-stream';
import { type Connection, connectAudioFile } from '#shared/client/index';
import {
  BLOCK_FRAMES,
  BYTES_PER_FRAME,
  loudFramesIn,
  type Mixer,
  shareDuring,
} from './peer-mixing.ts';
import {
  answeredTime,
  devices,
  openClient,
  type PlayingClient,
  setStartTime,
  timeOf,
} from './server-client.ts';
import { sleep } from './server-pace.ts';
import { type Address, startGateway } from './server-process.ts';
import { playRequest, stereo } from './server-throughput.ts';

const SETTLE_MS = 1_500;
/** How far ahead of its time the first block of a program lies. */
const LEAD_FRAMES = 24_000;
/** The inputs of a device. */
const MICROPHONES = 1;
const MONITOR = 2;

export const gatewayMixer: Mixer = {
  name: 'gateway',
  programs: [],
  async start() {
    const gateway = await startGateway();
    const monitor = await hearMonitor(gateway.tcp);
    return {
      async measure(streamCount, measureMs) {
        const players = await openPlayers(gateway.tcp, streamCount);
        await sleep(SETTLE_MS);
        const mixed = await shareDuring(measureMs, [gateway.pid], monitor.loudFrames);
        for (const { load } of players) load.close();
        return mixed;
      },
      async stop() {
        monitor.close();
        await gateway.stop();
      },
    };
  },
};

/**
 * Each sends its next block when the last one was answered, which the gateway does as soon as it has room:
 * after the first seconds, once a block. They begin at different times, as programs do.
 */
async function openPlayers(address: Address, streamCount: number): Promise<PlayingClient[]> {
  const players: PlayingClient[] = [];
  while (players.length < streamCount) players.push(await openClient(address, devices.hifi));
  for (const [i, player] of players.entries()) {
    const block = playRequest(stereo, player);
    const phaseFrames = Math.round((i * BLOCK_FRAMES) / streamCount);
    let nextTime = (await timeOf(player)) + LEAD_FRAMES + phaseFrames;
    const playNext = () => {
      setStartTime(block, 0, nextTime >>> 0);
      nextTime += BLOCK_FRAMES;
      player.load.send(Uint8Array.from(block));
    };
    player.load.onAnswer = (head) => {
      answeredTime(head);
      playNext();
    };
    playNext();
  }
  return players;
}

interface Monitor {
  loudFrames(): number;
  close(): void;
}

/** Records what the device plays, a block at a time. */
async function hearMonitor(address: Address): Promise<Monitor> {
  const socket = connect({ ...address, noDelay: true });
  const connection: Connection = await connectAudioFile(nodeStream(socket));
  const context = await connection.createContext(devices.hifi, { encoding: 'LIN16' });
  await context.controls.enableInputs(MONITOR);
  await context.controls.disableInputs(MICROPHONES);
  let loudCount = 0;
  let isOpen = true;
  const hear = async () => {
    let startTime = await context.getTime();
    while (isOpen) {
      const byteCount = BLOCK_FRAMES * BYTES_PER_FRAME;
      const { samples, nextTime } = await context.record({ startTime, byteCount, channelCount: 2 });
      loudCount += loudFramesIn(samples);
      startTime = nextTime;
    }
  };
  hear().catch((error: unknown) => {
    if (isOpen) throw error;
  });
  return {
    loudFrames: () => loudCount,
    close() {
      isOpen = false;
      connection.close();
    },
  };
}
