// The process of the 50 programs: players of many encodings, recorders, listeners to events, and visitors that
// come and go. Each checks what it can; what went wrong is counted.
import { openAudioFile } from '#cli/connect';
import { type Connection, type Context, extensions } from '#shared/client/index';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import {
  type KnownDevice,
  KnownSound,
  knownDevices,
  MIXED_DEVICE,
  ROOM_RATE_HZ,
  roomDevices,
  SPOKEN_AMPLITUDE,
} from './sounds.ts';
import { answerWith } from './worker.ts';

const [serverNumber = ''] = process.argv.slice(2);

const PIECES_PER_SECOND = 10;
const LEAD_SECONDS = 2;
const RECORDERS_PER_DEVICE = 2;
/** A recorder that is so far behind asks for what the device has forgotten, or will have until it answers. */
const KEPT_SECONDS = 3.8;
const EVENT_LISTENERS = 4;
const CHANGERS = 2;
const CHANGE_EVERY_MS = 500;
const EVENT_LIMIT_MS = 5_000;
const VISITORS = 5;
/** Blocks of speech that are looked at, and how far their level may be from the tone's. */
const BLOCK_FRAMES = ROOM_RATE_HZ / 50;
const MAX_LEVEL_ERROR_DB = 0.5;
const SPOKEN_RMS = SPOKEN_AMPLITUDE / Math.SQRT2;

/** On the device that is not checked sample by sample. */
const mixedPlayers: readonly { encoding: EncodingName; rateHz?: number; preempts?: boolean }[] = [
  { encoding: 'LIN16' },
  { encoding: 'LIN16', rateHz: 44_100 },
  { encoding: 'LIN16', rateHz: 16_000 },
  { encoding: 'MU255', rateHz: 8_000 },
  { encoding: 'ALAW' },
  { encoding: 'IMA' },
  { encoding: 'LIN8U' },
  { encoding: 'IEEED' },
  { encoding: 'CRLADPCM3' },
  { encoding: 'LIN32', preempts: true },
];

const tally = {
  playedPieces: 0,
  latePieces: 0,
  recordedPieces: 0,
  wrongRecordings: 0,
  overtakenRecordings: 0,
  recordedSpeechBlocks: 0,
  brokenSpeechBlocks: 0,
  events: 0,
  missedEvents: 0,
  visits: 0,
  failures: 0,
};

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
const sounds = new Map(knownDevices.map((device) => [device.name, new KnownSound(device)]));

/** TCP and the UNIX socket in turn, and both byte orders. */
let openedCount = 0;
function open(): Promise<Connection> {
  openedCount += 1;
  const name = openedCount % 2 === 0 ? `:${serverNumber}` : `127.0.0.1:${serverNumber}`;
  return openAudioFile(name, { byteOrder: openedCount % 3 === 0 ? 'big' : 'little' });
}

async function contextOn(
  connection: Connection,
  deviceName: string,
  encoding: EncodingName,
): Promise<Context> {
  const gateway = await connection.extensions.open(extensions.gateway);
  const names = (await gateway?.ask('ListDeviceNames', {}))?.devices ?? [];
  const index = names.findIndex(({ name }) => name === deviceName);
  return connection.createContext(index, { encoding });
}

/** Resolves when it has begun; goes on for ever. */
type Program = () => Promise<void>;

/** A program that must not end: what ends it is counted, and told. */
function goOn(what: string, work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    tally.failures += 1;
    console.error(`${what} failed: ${error}`);
  });
}

/** Plays pieces in time, `LEAD_SECONDS` ahead, for ever. */
async function playOn(
  context: Context,
  rateHz: number,
  frames: number,
  samplesAt: (startFrame: number) => Uint8Array,
): Promise<void> {
  let startFrame = (await context.getTime()) + LEAD_SECONDS * rateHz;
  for (;;) {
    const takenTime = await context.play({
      startTime: startFrame,
      samples: samplesAt(startFrame),
    });
    tally.playedPieces += 1;
    // Modulo 2^32, as times of the device are.
    const aheadFrames = (startFrame - takenTime) | 0;
    if (aheadFrames < 0) tally.latePieces += 1;
    startFrame = (startFrame + frames) % 2 ** 32;
    const waitMs = ((aheadFrames + frames) / rateHz - LEAD_SECONDS) * 1_000;
    if (waitMs > 0) await sleep(waitMs);
  }
}

function knownPlayer(device: KnownDevice): Program {
  return async () => {
    const context = await contextOn(await open(), device.name, device.encoding);
    const sound = soundOf(device);
    const frames = device.rateHz / PIECES_PER_SECOND;
    goOn(`the player on ${device.name}`, () =>
      playOn(context, device.rateHz, frames, (frame) => sound.played(frame, frames)),
    );
  };
}

function mixedPlayer({ encoding, rateHz, preempts }: (typeof mixedPlayers)[number]): Program {
  return async () => {
    const connection = await open();
    const context = await contextOn(connection, MIXED_DEVICE, encoding);
    if (preempts) await context.changeAttributes({ preempts });
    const gateway = await connection.extensions.open(extensions.gateway);
    if (rateHz !== undefined) {
      await gateway?.ask('SetContextRate', { context: context.id, rateHz });
    }
    const playedHz = rateHz ?? context.device.playRateHz;
    const frames = playedHz / PIECES_PER_SECOND;
    const { bytesPerUnit, samplesPerUnit } = encodings[encoding];
    const byteCount = (frames / samplesPerUnit) * bytesPerUnit * 2;
    const samples = Uint8Array.from({ length: byteCount }, (_, i) => (i * 151 + (i >> 8)) & 0x3f);
    goOn(`a player of ${encoding}`, () => playOn(context, playedHz, frames, () => samples));
  };
}

/** Records without a gap, and checks every piece. */
async function recordOn(
  context: Context,
  frames: number,
  frameBytes: number,
  check: (startFrame: number, samples: Uint8Array) => void,
): Promise<void> {
  let startTime = (await context.getTime()) - frames;
  for (;;) {
    const { samples, time } = await context.record({ startTime, byteCount: frames * frameBytes });
    tally.recordedPieces += 1;
    const isPast = ((time - startTime) | 0) > KEPT_SECONDS * context.device.recordRateHz;
    if (isPast) tally.overtakenRecordings += 1;
    else check(startTime, samples);
    startTime = (startTime + frames) % 2 ** 32;
  }
}

function knownRecorder(device: KnownDevice): Program {
  return async () => {
    const context = await contextOn(await open(), device.name, 'LIN16');
    const sound = soundOf(device);
    const frames = device.rateHz / PIECES_PER_SECOND;
    goOn(`a recorder of ${device.name}`, () =>
      recordOn(context, frames, sound.heardFrameBytes, (startFrame, samples) => {
        if (!sound.isHeard(startFrame, samples)) tally.wrongRecordings += 1;
      }),
    );
  };
}

/** Counts blocks of speech whose level is not the tone's, from the first sound on. */
function roomRecorder(name: string): Program {
  return async () => {
    const context = await contextOn(await open(), name, 'LIN16');
    let hasBegun = false;
    goOn(`a recorder of ${name}`, () =>
      recordOn(context, ROOM_RATE_HZ, 2, (_startFrame, bytes) => {
        const samples = new Int16Array(bytes.slice().buffer);
        // The piece in which it begins is not looked at.
        const wasSpoken = hasBegun;
        hasBegun ||= samples.some((sample) => sample !== 0);
        if (wasSpoken) checkSpeech(samples);
      }),
    );
  };
}

function checkSpeech(samples: Int16Array): void {
  for (let at = 0; at < samples.length; at += BLOCK_FRAMES) {
    let power = 0;
    for (let i = at; i < at + BLOCK_FRAMES; i += 1) power += (samples[i] as number) ** 2;
    const errorDb = 20 * Math.log10(Math.sqrt(power / BLOCK_FRAMES) / SPOKEN_RMS);
    tally.recordedSpeechBlocks += 1;
    if (Math.abs(errorDb) > MAX_LEVEL_ERROR_DB) tally.brokenSpeechBlocks += 1;
  }
}

/** How many changes each listener to events has heard of. */
const heardChanges: number[] = [];
let changeCount = 0;

function eventListener(number: number): Program {
  return async () => {
    const context = await contextOn(await open(), MIXED_DEVICE, 'LIN16');
    const events = context.events(['Property']);
    await context.getTime();
    heardChanges[number] = 0;
    goOn('a listener to events', async () => {
      for await (const _event of events) {
        tally.events += 1;
        heardChanges[number] = (heardChanges[number] ?? 0) + 1;
      }
    });
  };
}

/** Changes a property, over and over, and sees to it that all hear of it. */
function changer(number: number): Program {
  return async () => {
    const context = await contextOn(await open(), MIXED_DEVICE, 'LIN16');
    goOn('a changer of properties', async () => {
      for (;;) {
        await sleep(CHANGE_EVERY_MS);
        changeCount += 1;
        const wanted = changeCount;
        await context.properties.setCardinals(`SOAK_${number}`, [wanted, wanted + 1]);
        const endMs = performance.now() + EVENT_LIMIT_MS;
        while (heardChanges.some((heard) => heard < wanted) && performance.now() < endMs) {
          await sleep(50);
        }
        const missed = heardChanges.filter((heard) => heard < wanted).length;
        tally.missedEvents += missed;
      }
    });
  };
}

/** Comes, does a little of everything, and goes in one of several ways. */
async function visit(way: number): Promise<void> {
  const connection = await open();
  const context = await contextOn(connection, MIXED_DEVICE, 'MU255');
  await context.properties.getString('DEVICE_NAME');
  const second = await connection.createContext(context.device);
  await second.free();
  const startTime = (await context.getTime()) + context.device.playRateHz / 10;
  const playing = context.play({ startTime, samples: new Uint8Array(9_600).fill(0xff) });
  if (way === 0) {
    connection.abort();
    await playing.catch(() => {});
    return;
  }
  await playing;
  if (way === 1) connection.abort();
  else await connection.close();
}

function visitor(number: number): Program {
  return async () => {
    goOn('a visitor', async () => {
      for (let way = number; ; way += 1) {
        await visit(way % 3);
        tally.visits += 1;
        await sleep(100 + 97 * number);
      }
    });
  };
}

function soundOf({ name }: KnownDevice): KnownSound {
  const sound = sounds.get(name);
  if (sound === undefined) throw new Error(`Nothing is known of ${name}.`);
  return sound;
}

const times = (count: number, program: (number: number) => Program) =>
  Array.from({ length: count }, (_, number) => program(number));

const players = [...knownDevices.map(knownPlayer), ...mixedPlayers.map(mixedPlayer)];
const others = [
  ...Array.from({ length: RECORDERS_PER_DEVICE }, () => knownDevices.map(knownRecorder)).flat(),
  ...roomDevices.map(roomRecorder),
  ...times(EVENT_LISTENERS, eventListener),
  ...times(CHANGERS, changer),
  ...times(VISITORS, visitor),
];

const programCount = players.length + others.length;

async function startAll(): Promise<void> {
  for (const player of players) await player();
  // Recorders and listeners begin in the middle of the sound.
  await sleep(2 * LEAD_SECONDS * 1_000);
  for (const other of others) await other();
}

answerWith(startAll(), () => ({ ...tally, programs: programCount }));
