// The process of the listeners: as many simple WebSocket clients as it is told to, and one that stalls if so
// wished. It says when all are there, and answers each message with the delays since the one before.
import { WebSocket } from 'ws';
import { RELAY_VERSION } from '#shared/relay/frame';
import { machineClock } from './relay-clock.ts';

const [port = '', count = '', stalls = ''] = process.argv.slice(2);

/** Where senderMicroseconds stand in a frame: high 32 bits, then low ones. */
const SENDER_HIGH = 16;
const SENDER_LOW = 20;
const HIFI = 2;

let delaysMs: number[] = [];

function open(isStalled: boolean): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/relay`, { perMessageDeflate: false });
  socket.on('error', (error) => {
    if (!isStalled) throw error;
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    const sentMicroseconds =
      data.readUInt32LE(SENDER_HIGH) * 2 ** 32 + data.readUInt32LE(SENDER_LOW);
    if (!isStalled) delaysMs.push(machineClock.nowMs() - sentMicroseconds / 1_000);
    else socket.pause();
  });
  return new Promise((resolve) => {
    socket.on('open', () => {
      const hello = { type: 'hello', version: RELAY_VERSION, pageName: 'bench' };
      socket.send(JSON.stringify(hello));
      socket.send(JSON.stringify({ type: 'listen', device: HIFI, frameMs: 20 }));
      resolve();
    });
  });
}

process.on('message', () => {
  process.send?.(delaysMs);
  delaysMs = [];
});
process.on('disconnect', () => process.exit());

if (stalls === 'stalls') await open(true);
for (let i = 0; i < Number(count); i++) await open(false);
process.send?.('there');
