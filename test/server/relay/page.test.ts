// A page's conversation with the relay: greeting, devices, settings, playing together, and nonsense.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDevices, type InterfaceDescription } from '#server/devices/index';
import { closeCodes } from '#shared/relay/close-codes';
import { encodeFrame, type FrameHeader, RELAY_VERSION } from '#shared/relay/frame';
import { testSeed } from '#test/support/random';
import { relayBench } from './relay-bench.ts';

const [, codecAgain] = defaultDevices as [InterfaceDescription, InterfaceDescription];

const heardHeader: FrameHeader = {
  kind: 'heard',
  flags: 0,
  device: 1,
  encoding: 'LIN16',
  channelCount: 1,
  frameCount: 80,
  sequence: 0,
  startTime: 0 as never,
  senderMicroseconds: 0,
};

describe('a page', () => {
  it('is welcomed, and told of the devices and who plays on them', () => {
    const bench = relayBench();
    const hifi = bench.device('hifi');
    bench.playing = [{ device: hifi, index: 4, peer: '10.0.0.1:99' }];
    const first = bench.open();
    bench.time.advance(500);
    const page = bench.open();
    expect(page.messages.map(({ type }) => type)).toEqual([
      'welcome',
      'devices',
      'line',
      'playing',
    ]);
    expect(page.take('welcome')).toEqual([
      {
        type: 'welcome',
        version: RELAY_VERSION,
        gatewayVersion: '1.2.3',
        serverNumber: 0,
        pageNumber: 2,
        role: 'admin',
      },
    ]);
    const [{ devices = [] } = {}] = page.take('devices');
    expect(devices.map(({ name, index }) => [name, index])).toEqual([
      ['phone', 0],
      ['codec', 1],
      ['hifi', 2],
      ['left', 3],
      ['right', 4],
    ]);
    expect(devices.map(({ hasPhoneLine }) => hasPhoneLine)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    const playing = {
      type: 'playing',
      device: devices[2]?.number,
      clients: [{ index: 4, peer: '10.0.0.1:99' }],
    };
    expect(page.take('playing')).toEqual([playing]);
    expect(first.take('playing')).toEqual([playing]);
    bench.time.advance(2_000);
    expect(first.take('playing')).toEqual([]);
    bench.playing = [];
    bench.time.advance(500);
    expect(first.take('playing')).toEqual([{ ...playing, clients: [] }]);
  });

  it('of another version is told so, and its connection ends', () => {
    const { connect } = relayBench();
    const page = connect();
    page.receiver?.text('{"type":"hello","version":2,"somethingNew":true}');
    expect(page.take('refused')[0]?.message).toContain('version 2');
    expect(page.closedWith?.code).toBe(closeCodes.version);
    expect(page.closedWith?.reason).toContain('reload the page');
  });

  it('must greet first, once, and soon', () => {
    const { connect, open, time } = relayBench();
    const [rude, twice, mute] = [connect(), open(), connect()];
    rude.say({ type: 'ping', id: 1, pageMs: 0 });
    expect(rude.closedWith?.reason).toContain('hello');
    twice.say({ type: 'hello', version: RELAY_VERSION, pageName: '' });
    expect(twice.closedWith?.code).toBe(closeCodes.malformed);
    time.advance(10_000);
    expect(mute.closedWith?.reason).toContain('10 s');
  });

  it('learns the time of the gateway at once', () => {
    const { open, time } = relayBench();
    const page = open();
    page.say({ type: 'ping', id: 7, pageMs: 12.5 });
    expect(page.take('pong')).toEqual([
      { type: 'pong', id: 7, pageMs: 12.5, serverMs: time.nowMs() },
    ]);
  });

  it('changes settings within their ranges, of which all pages hear', () => {
    const { open, device, numberOf } = relayBench();
    const number = numberOf('hifi');
    const [page, other] = [open(), open()];
    page.say({
      type: 'change',
      device: number,
      outputGainDb: -6,
      inputMask: 3,
      isGainControlOn: true,
    });
    const hifi = device('hifi');
    expect([hifi.outputGain.gainDb, hifi.inputs.mask, hifi.isGainControlOn]).toEqual([-6, 3, true]);
    expect(other.take('settings').at(-1)).toMatchObject({
      device: number,
      settings: { outputGain: { gainDb: -6 }, inputs: { mask: 3 }, isGainControlOn: true },
    });
    page.say({ type: 'change', device: number, inputMask: 1, outputGainDb: 19 });
    page.say({ type: 'change', device: number, inputGainDb: -1 });
    page.say({ type: 'change', device: number, inputMask: 4 });
    page.say({ type: 'change', device: 200, inputMask: 1 });
    expect(page.take('refused').map(({ code, message }) => [code, message])).toEqual([
      ['refused', expect.stringContaining('-70 to 18 dB')],
      ['refused', expect.stringContaining('0 to 24 dB')],
      ['refused', expect.stringContaining('2 input switches')],
      ['refused', expect.stringContaining('no device 200')],
    ]);
    expect(hifi.inputs.mask).toBe(3);
    expect(page.closedWith).toBe(undefined);
    // A program's change is heard of just the same.
    hifi.passThrough.change(1);
    expect(other.take('settings').at(-1)?.settings.passThrough.mask).toBe(1);
  });

  it('hears of devices that come and go, and what it did on one that went ends', () => {
    const { open, set, device, numberOf, relay, time } = relayBench();
    const number = numberOf('codec');
    const page = open();
    page.say({ type: 'listen', device: number, frameMs: 20 });
    page.say({ type: 'speak', device: number, rateHz: 8_000, channelCount: 1 });
    page.take('devices');
    set.remove('codec');
    expect(page.take('devices')[0]?.devices.map(({ name }) => name)).not.toContain('codec');
    expect([relay.listeners(), relay.speakers()]).toEqual([[], []]);
    set.add(codecAgain);
    const listing = page.take('devices')[0]?.devices.at(-1);
    expect(listing?.name).toBe('codec');
    // A number never means another device than it did.
    expect(listing?.number).not.toBe(number);
    device('codec').outputGain.change(-1);
    expect(page.take('settings')[0]?.device).toBe(listing?.number);
    page.receiver?.binary(encodeFrame({ ...heardHeader, device: number }, new Uint8Array(160)));
    time.advance(100);
    expect(page.closedWith).toBe(undefined);
  });

  it('speaks on so many devices at a time', () => {
    const { open, numberOf, relay } = relayBench();
    const page = open();
    for (const name of ['hifi', 'codec', 'codec', 'left']) {
      page.say({ type: 'speak', device: numberOf(name), rateHz: 48_000, channelCount: 2 });
    }
    expect(page.take('refused')[0]?.message).toContain('2 devices');
    expect(relay.speakers().map(({ device }) => device)).toEqual(['hifi', 'codec']);
    page.say({ type: 'unspeak', device: numberOf('codec') });
    expect(relay.speakers()).toHaveLength(1);
  });

  it('plays together with others at the latency of the slowest', () => {
    const { open } = relayBench();
    const [one, two, three] = [open(), open(), open()];
    const told = () =>
      [one, two, three].map((page) => page.take('sync').map(({ latencyMs }) => latencyMs));
    one.say({ type: 'sync', latencyMs: 100 });
    expect(told()).toEqual([[100], [], []]);
    two.say({ type: 'sync', latencyMs: 250 });
    expect(told()).toEqual([[250], [250], []]);
    one.say({ type: 'sync', latencyMs: 120 });
    expect(told()).toEqual([[250], [], []]);
    two.receiver?.closed();
    expect(told()).toEqual([[120], [], []]);
    one.say({ type: 'sync', latencyMs: 0 });
    expect(told()).toEqual([[0], [], []]);
    one.say({ type: 'sync', latencyMs: 5_001 });
    expect(one.closedWith?.code).toBe(closeCodes.malformed);
  });

  it('is refused when there are as many as may be, and told when the gateway ends', () => {
    const { open, connect, relay } = relayBench({ pages: 2 });
    const [one] = [open(), open()];
    const third = connect();
    expect(third.closedWith?.code).toBe(closeCodes.tooMany);
    one?.receiver?.closed();
    expect(connect().closedWith).toBe(undefined);
    relay.close();
    expect(relay.pageCount).toBe(0);
    expect(connect().closedWith?.code).toBe(closeCodes.goingAway);
  });

  it('may send so many messages in a second', () => {
    const { open, time } = relayBench({ pageMessagesPerSecond: 50 });
    const page = open();
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 45; i++) page.say({ type: 'ping', id: i, pageMs: 0 });
      time.advance(1_000);
    }
    expect(page.closedWith).toBe(undefined);
    for (let i = 0; i < 55; i++) page.say({ type: 'ping', id: i, pageMs: 0 });
    expect(page.closedWith?.code).toBe(closeCodes.tooMany);
  });

  it('tells how listening goes', () => {
    const { open, numberOf, relay } = relayBench();
    const page = open();
    const device = numberOf('hifi');
    const report = {
      bufferedMs: 60,
      latencyMs: 90,
      underrunCount: 1,
      droppedFrameCount: 0,
      driftPpm: 3,
    };
    page.say({ type: 'report', device, ...report });
    page.say({ type: 'listen', device, frameMs: 10 });
    page.say({ type: 'report', device, ...report });
    expect(relay.listeners()[0]).toMatchObject({
      pageName: 'kitchen',
      device: 'hifi',
      frameMs: 10,
      report,
    });
  });
});

describe('nonsense', () => {
  const numRuns = 300;

  it('of any bytes ends that page with a reason, and disturbs no other', () => {
    const { open, connect, relay, time, logged } = relayBench({ pages: 1_000_000 });
    const other = open();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, isText) => {
        const page = connect();
        page.say({ type: 'hello', version: RELAY_VERSION, pageName: 'x' });
        if (isText) page.receiver?.text(Buffer.from(bytes).toString());
        else page.receiver?.binary(Uint8Array.from(bytes));
        expect(page.closedWith?.reason.length).toBeGreaterThan(10);
      }),
      { seed: testSeed, numRuns },
    );
    time.advance(1_000);
    expect(other.closedWith).toBe(undefined);
    expect(relay.pageCount).toBe(1);
    expect(logged).toEqual([]);
  });

  it('in a frame of a microphone ends its page at worst', () => {
    const { open, logged, numberOf, time, errors } = relayBench({ pages: 1_000_000 });
    const device = numberOf('codec');
    const bytes = encodeFrame({ ...heardHeader, device }, new Uint8Array(160).fill(7));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const page = open();
          page.say({ type: 'speak', device, rateHz: 8_000, channelCount: 1 });
          page.receiver?.binary(bytes.slice());
          const changed = bytes.slice();
          for (const [at, value] of changes) changed[at] = value;
          for (let i = 0; i < 3; i++) page.receiver?.binary(changed.slice());
          time.advance(30);
          page.receiver?.closed();
        },
      ),
      { seed: testSeed, numRuns },
    );
    expect([logged, errors]).toEqual([[], []]);
  });
});
