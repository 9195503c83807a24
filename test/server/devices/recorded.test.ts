// What the original server was recorded to do with its devices, done by ours: the sessions are taken
// apart here by byte offsets (little-endian ones), so that no part of the server but devices has a say.
import { describe, expect, it } from 'vitest';
import type { VirtualDevice } from '#server/devices/index';
import { type DeviceBench, deviceBench } from '#test/server/devices/device-setup';
import { compress14, expand14 } from '#test/shared/audio/mulaw-reference';
import { lofiDevices } from '#test/support/lofi-devices';
import { bytesOf, type Exchange, readRecording } from '#test/support/recording';

function session(name: string): readonly Exchange[] {
  return readRecording(`raw/${name}.json`).exchanges;
}

function bufferOf(exchange: Exchange): Buffer {
  return Buffer.from(bytesOf(exchange));
}

interface Context {
  readonly device: VirtualDevice;
  preempt: boolean;
  gainDb: number;
}

/** The audio contexts of a session, by id. */
class Contexts {
  readonly #contexts = new Map<number, Context>();
  readonly #bench: DeviceBench;

  constructor(bench: DeviceBench) {
    this.#bench = bench;
  }

  create(request: Buffer): void {
    const device = this.#bench.set.devices[request.readUInt32LE(12)];
    if (device === undefined) throw new Error('The session names a device that is not there.');
    this.#contexts.set(request.readUInt32LE(4), { device, preempt: false, gainDb: 0 });
    this.change(request);
  }

  change(request: Buffer): void {
    const context = this.of(request);
    const mask = request.readUInt32LE(8);
    let at = 16;
    for (let bit = 0; bit < 8; bit++) {
      if ((mask & (1 << bit)) === 0) continue;
      if (bit === 1) context.gainDb = request.readInt32LE(at);
      if (bit === 4) context.preempt = request.readUInt8(at) === 1;
      at += 4;
    }
  }

  of(request: Buffer): Context {
    const context = this.#contexts.get(request.readUInt32LE(4));
    if (context === undefined) throw new Error('The session uses a context that is not there.');
    return context;
  }
}

const isMuLaw = (device: VirtualDevice) => device.encoding === 'MU255';

function decode(device: VirtualDevice, data: Buffer, isBigEndian: boolean): Int16Array {
  if (isMuLaw(device)) return Int16Array.from(data, (code) => 4 * expand14(code));
  return Int16Array.from({ length: data.length / 2 }, (_, i) =>
    isBigEndian ? data.readInt16BE(2 * i) : data.readInt16LE(2 * i),
  );
}

function encode(device: VirtualDevice, samples: Int16Array): Buffer {
  if (isMuLaw(device)) return Buffer.from(samples.map((sample) => compress14(sample >> 2)));
  const data = Buffer.alloc(2 * samples.length);
  for (const [i, sample] of samples.entries()) data.writeInt16LE(sample, 2 * i);
  return data;
}

/** Lets time pass until `device` has come to that frame. */
function passUntil(bench: DeviceBench, device: VirtualDevice, frame: number): void {
  const frames = frame - device.nowFrame();
  if (frames > 0) bench.time.advance((frames * 1000) / device.rateHz);
}

/** Plays what was played and gives, for each recording, what the original recorded and what we do. */
function recordings(name: string) {
  const bench = deviceBench(lofiDevices('loop'));
  const contexts = new Contexts(bench);
  const pairs: { theirs: Buffer; ours: Buffer; exchange: Exchange }[] = [];
  const exchanges = session(name);
  for (const [i, exchange] of exchanges.entries()) {
    if (exchange.from !== 'client' || exchange.hex === undefined) continue;
    const packet = bufferOf(exchange);
    const answer = exchanges[i + 1];
    if (exchange.name === 'CreateAC') contexts.create(packet);
    if (exchange.name === 'ChangeACAttributes') contexts.change(packet);
    if (exchange.name === 'GetTime' && answer !== undefined) {
      passUntil(bench, contexts.of(packet).device, bufferOf(answer).readUInt32LE(8));
    }
    if (exchange.name === 'PlaySamples') {
      const { device, preempt, gainDb } = contexts.of(packet);
      const data = packet.subarray(20, 20 + packet.readUInt32LE(12));
      const samples = decode(device, data, (packet.readUInt8(1) & 1) === 1);
      const frameCount = samples.length / device.channelCount;
      device.play(packet.readUInt32LE(8), samples, frameCount, { preempt, gainDb });
    }
    if (exchange.name === 'RecordSamples' && answer !== undefined) {
      const { device } = contexts.of(packet);
      const startFrame = packet.readUInt32LE(8);
      const byteCount = bufferOf(answer).readUInt32LE(12);
      const sampleCount = isMuLaw(device) ? byteCount : byteCount / 2;
      const frameCount = sampleCount / device.channelCount;
      passUntil(bench, device, startFrame + frameCount);
      const samples = new Int16Array(sampleCount);
      device.record(startFrame, samples, frameCount);
      const theirs = bufferOf(answer).subarray(32, 32 + byteCount);
      pairs.push({ theirs, ours: encode(device, samples), exchange: answer });
    }
  }
  return pairs;
}

describe('recorded sound', () => {
  it.each(['loop-mix-le', 'loop-clients-le'])('is the same in %s, to the last code', (name) => {
    const pairs = recordings(name);
    expect(pairs.length).toBeGreaterThan(1);
    for (const { theirs, ours } of pairs) expect(ours).toEqual(theirs);
  });

  it('is the same on the stereo interface, except where the original wrapped instead of clipping', () => {
    const pairs = recordings('loop-hifi-le');
    expect(pairs.length).toBeGreaterThan(6);
    for (const { theirs, ours, exchange } of pairs) {
      if (exchange.quirk?.includes('65536')) {
        const limit = Buffer.alloc(ours.length, Buffer.from([0xff, 0x7f]));
        expect(ours).toEqual(limit);
      } else {
        expect(ours).toEqual(theirs);
      }
    }
  });
});

describe('recorded settings', () => {
  /** Sends each recorded wish and gives the masks that came of it, for contexts that are mu-law devices. */
  function masks(
    name: string,
    wishes: Record<string, (device: VirtualDevice, m: number) => object>,
  ) {
    const bench = deviceBench(lofiDevices('silence'));
    const contexts = new Contexts(bench);
    const answers: { theirs: unknown; ours: unknown; device: string }[] = [];
    const exchanges = session(name);
    for (const [i, exchange] of exchanges.entries()) {
      if (exchange.from !== 'client' || exchange.hex === undefined) continue;
      if (exchange.name === 'CreateAC') contexts.create(bufferOf(exchange));
      const wish = wishes[exchange.name];
      const answer = exchanges[i + 1];
      if (wish === undefined || answer?.info?.old === undefined) continue;
      const { device } = contexts.of(bufferOf(exchange));
      const ours = wish(device, bufferOf(exchange).readUInt32LE(8));
      answers.push({ theirs: answer.info, ours, device: device.name });
    }
    return answers;
  }

  type Kind = 'inputs' | 'outputs' | 'passThrough';

  function switching(kind: Kind, isOn: boolean) {
    return (device: VirtualDevice, mask: number) => {
      const old = device[kind].mask;
      if (mask !== 0) device[kind].change(isOn ? old | mask : old & ~mask);
      return { old, new: device[kind].mask };
    };
  }

  it('of outputs are the same, with one output always on', () => {
    const answers = masks('inputs-outputs-le', {
      EnableOutput: switching('outputs', true),
      DisableOutput: switching('outputs', false),
    });
    expect(answers.length).toBeGreaterThan(20);
    for (const { theirs, ours } of answers) expect(ours).toEqual(theirs);
  });

  it('of the telephone input are the same; those of the codec are added instead of taking turns', () => {
    const answers = masks('inputs-outputs-le', {
      EnableInput: switching('inputs', true),
      DisableInput: switching('inputs', false),
    });
    const ofPhone = answers.filter(({ device }) => device === 'phone');
    expect(ofPhone.length).toBeGreaterThan(3);
    for (const { theirs, ours } of ofPhone) expect(ours).toEqual(theirs);
    const ofCodec = answers.filter(({ device }) => device === 'codec');
    const differing = ofCodec.filter(
      ({ theirs, ours }) => JSON.stringify(theirs) !== JSON.stringify(ours),
    );
    expect(differing[0]).toEqual({
      theirs: { old: 1, new: 2 },
      ours: { old: 1, new: 3 },
      device: 'codec',
    });
  });

  it('of pass-through are the same, one state for telephone and codec', () => {
    const answers = masks('passthrough-le', {
      EnablePassThrough: switching('passThrough', true),
      DisablePassThrough: switching('passThrough', false),
    });
    expect(answers.length).toBeGreaterThan(10);
    for (const { theirs, ours } of answers) expect(ours).toEqual(theirs);
  });

  it('of gain have the same ranges', () => {
    const bench = deviceBench(lofiDevices('silence'));
    const contexts = new Contexts(bench);
    let compared = 0;
    let hasSet = false;
    const exchanges = session('gains-le');
    for (const [i, exchange] of exchanges.entries()) {
      if (exchange.name === 'CreateAC') contexts.create(bufferOf(exchange));
      hasSet ||= exchange.name.startsWith('Set');
      const kind = /^Query(Input|Output)Gain$/.exec(exchange.name)?.[1];
      const answer = exchanges[i + 1]?.info;
      if (hasSet || kind === undefined || answer?.max === undefined) continue;
      const { device } = contexts.of(bufferOf(exchange));
      const { gainDb, minDb, maxDb } = kind === 'Input' ? device.inputGain : device.outputGain;
      expect({ gain: gainDb, min: minDb, max: maxDb }).toEqual(answer);
      compared++;
    }
    expect(compared).toBe(10);
  });
});

describe('the description of the original devices', () => {
  it('is what its set-up reply said, but for the type, which it never filled in', () => {
    const accepted = session('setup-ok-le').find(({ name }) => name === 'set-up accepted');
    if (accepted === undefined) throw new Error();
    const packet = bufferOf(accepted);
    const vendorBytes = 32;
    const bench = deviceBench(lofiDevices('silence'));
    expect(packet.readUInt8(8 + 16)).toBe(bench.set.devices.length);
    for (const [i, { description }] of bench.set.devices.entries()) {
      const at = 8 + 20 + vendorBytes + 44 * i;
      expect([packet.readUInt8(at + 1), packet.readUInt8(at + 2)]).toEqual([
        description.playChannelCount,
        description.recordChannelCount,
      ]);
      const words = Array.from({ length: 10 }, (_, word) => packet.readUInt32LE(at + 4 + 4 * word));
      expect(words).toEqual([
        description.inputCount,
        description.outputCount,
        description.phoneInputMask,
        description.phoneOutputMask,
        description.playRateHz,
        description.playEncoding,
        description.playBufferFrames,
        description.recordRateHz,
        description.recordEncoding,
        description.recordBufferFrames,
      ]);
    }
  });
});
