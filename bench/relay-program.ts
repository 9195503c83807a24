// The program that plays for the gateway's listeners: 48 kHz stereo, a tenth of a second at a time, a little
// ahead of time, as programs do that make their sound as they go.
import { connect } from 'node:net';
import { nodeStream } from '#server/transport/node-stream';
import { type Connection, type Context, connectAudioFile } from '#shared/client/index';

const HIFI = 2;
const RATE_HZ = 48_000;
const PIECE_MS = 100;
const AHEAD_MS = 200;

export interface Program {
  start(): Promise<void>;
  stop(): void;
  close(): void;
}

export async function startProgram(port: number, amplitude = 10_000): Promise<Program> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const connection: Connection = await connectAudioFile(nodeStream(socket));
  const context: Context = await connection.createContext(HIFI, { encoding: 'LIN16' });
  const pieceFrames = (RATE_HZ * PIECE_MS) / 1_000;
  const sine = Int16Array.from({ length: 2 * pieceFrames }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 10 * (i >> 1)) / pieceFrames)),
  );
  const samples = new Uint8Array(sine.buffer);
  let timer: NodeJS.Timeout | undefined;

  return {
    async start() {
      let startTime = (await context.getTime()) + (RATE_HZ * AHEAD_MS) / 1_000;
      const startMs = performance.now();
      let pieces = 0;
      const play = () => {
        for (; pieces * PIECE_MS <= performance.now() - startMs; pieces++) {
          void context.play({ startTime: startTime >>> 0, samples, channelCount: 2 });
          startTime += pieceFrames;
        }
      };
      play();
      timer = setInterval(play, PIECE_MS / 2);
    },
    stop: () => clearInterval(timer),
    close: () => connection.close(),
  };
}
