// How a page keeps its connection to a gateway: who says what, when it comes back, and when it gives up.
import { describe, expect, it } from 'vitest';
import type { DeviceTime } from '#shared/protocol/ids';
import { encodeFrame, RELAY_VERSION } from '#shared/relay/frame';
import { FakeTime } from '#test/support/fake-time';
import type { RelayState } from '#web/audio/face';
import type { Refusal } from '#web/audio/refusal';
import { RelayConnection } from '#web/audio/relay-connection';
import type { RelaySocket, SocketReceiver } from '#web/audio/relay-world';

class FakeSocket implements RelaySocket {
  bufferedAmount = 0;
  readonly sent: (string | Uint8Array)[] = [];
  readonly receiver: SocketReceiver;
  isClosed = false;

  constructor(receiver: SocketReceiver) {
    this.receiver = receiver;
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }

  says(message: object): void {
    this.receiver.message(JSON.stringify(message));
  }

  get messages(): Record<string, unknown>[] {
    return this.sent.filter((each) => typeof each === 'string').map((each) => JSON.parse(each));
  }

  types(): unknown[] {
    return this.messages.map(({ type }) => type);
  }

  welcome(): void {
    this.receiver.opened();
    this.says({
      ...{ type: 'welcome', version: RELAY_VERSION, gatewayVersion: '1', serverNumber: 0 },
      ...{ pageNumber: 1, role: 'admin' },
    });
  }
}

function open(refusal: Refusal | undefined = undefined) {
  const time = new FakeTime(1_000);
  const sockets: FakeSocket[] = [];
  const relay = new RelayConnection('ws://gateway/relay', 'a page', {
    openSocket(_url, receiver) {
      const socket = new FakeSocket(receiver);
      sockets.push(socket);
      return socket;
    },
    refusal: async () => refusal,
    nowMs: time.nowMs,
    after: time.after,
    random: () => 0.5,
  });
  const states: RelayState[] = [];
  relay.onState((state) => states.push(state));
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  return { relay, time, sockets, states, newest };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a page’s connection', () => {
  it('says hello, and is live when it is welcome', () => {
    const { relay, newest } = open();
    expect(relay.state).toEqual({ kind: 'connecting' });
    newest().receiver.opened();
    expect(newest().messages).toEqual([
      { type: 'hello', version: RELAY_VERSION, pageName: 'a page' },
    ]);
    newest().welcome();
    expect(relay.state).toEqual({ kind: 'live' });
  });

  it('learns the gateway’s clock by asking once a second', () => {
    const { relay, time, newest } = open();
    newest().welcome();
    const ping = newest().messages.at(-1);
    expect(ping).toMatchObject({ type: 'ping', pageMs: 1_000 });
    time.advance(10);
    newest().says({ type: 'pong', id: ping?.id, pageMs: 1_000, serverMs: 501_005 });
    expect(relay.roundTripMs).toBe(10);
    expect(relay.serverMsAt(2_000)).toBe(502_000);
    time.advance(3_000);
    expect(
      newest()
        .types()
        .filter((type) => type === 'ping'),
    ).toHaveLength(4);
  });

  it('waits longer with each failure, to 10 s, and starts over after it was live', () => {
    const { relay, time, newest, sockets } = open();
    const delaysMs: number[] = [];
    const fail = () => {
      newest().receiver.closed(1006, '');
      if (relay.state.kind === 'waiting') delaysMs.push(relay.state.retryAtMs - time.nowMs());
    };
    for (let i = 0; i < 7; i++) {
      fail();
      time.advance(10_000);
    }
    expect(delaysMs).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(sockets).toHaveLength(8);
    newest().welcome();
    fail();
    expect(delaysMs.at(-1)).toBe(500);
  });

  it('tries at once when it is told to', () => {
    const { relay, newest, sockets } = open();
    newest().receiver.closed(1006, '');
    relay.retry();
    expect(sockets).toHaveLength(2);
    relay.retry();
    expect(sockets).toHaveLength(2);
  });

  it('notices that nobody is there though the socket says nothing', () => {
    const { relay, time, newest, sockets } = open();
    newest().welcome();
    time.advance(4_900);
    expect(relay.state.kind).toBe('live');
    time.advance(200);
    expect(relay.state.kind).toBe('waiting');
    expect(sockets[0]?.isClosed).toBe(true);
  });

  it('does not mistake its own sleep for the gateway’s', () => {
    const { relay, time, newest } = open();
    newest().welcome();
    const answer = () => {
      const ping = newest().messages.at(-1);
      newest().says({ type: 'pong', id: ping?.id, pageMs: ping?.pageMs, serverMs: 0 });
    };
    answer();
    // Timers of hidden pages come a minute late.
    time.stall(60_000);
    answer();
    time.stall(60_000);
    expect(relay.state.kind).toBe('live');
  });

  it('asks again after a reconnect for what is under way, and for nothing that has ended', () => {
    const { relay, time, newest } = open();
    const end = relay.listen(2, 20, () => {});
    relay.listen(3, 10, () => {});
    relay.keep('speak 1', { type: 'speak', device: 1, rateHz: 48_000, channelCount: 1 });
    newest().welcome();
    expect(newest().types()).toEqual(['hello', 'listen', 'listen', 'speak', 'ping']);
    end();
    expect(newest().messages.at(-1)).toEqual({ type: 'unlisten', device: 2 });
    newest().receiver.closed(1001, 'The gateway ends.');
    expect(relay.state).toMatchObject({ kind: 'waiting', reason: 'The gateway ends.' });
    time.advance(500);
    newest().welcome();
    expect(newest().types()).toEqual(['hello', 'listen', 'speak', 'ping']);
    expect(newest().messages[1]).toEqual({ type: 'listen', device: 3, frameMs: 10 });
  });

  it('lets several listen to one device, and asks once, for the shortest frames', () => {
    const { relay, newest } = open();
    newest().welcome();
    const heard: string[] = [];
    const endFirst = relay.listen(0, 20, () => heard.push('first'));
    const endSecond = relay.listen(0, 10, () => heard.push('second'));
    relay.listen(0, 20, () => heard.push('third'));
    const asked = () => newest().messages.filter(({ type }) => type === 'listen');
    expect(asked().map(({ frameMs }) => frameMs)).toEqual([20, 10]);
    const frame = encodeFrame(
      {
        ...{ kind: 'played', flags: 0, device: 0, encoding: 'MU255', channelCount: 1 },
        ...{ frameCount: 2, sequence: 0, startTime: 0 as DeviceTime, senderMicroseconds: 0 },
      },
      Uint8Array.of(1, 2),
    );
    newest().receiver.message(frame.slice().buffer);
    expect(heard).toEqual(['first', 'second', 'third']);
    endSecond();
    endSecond();
    expect(asked().map(({ frameMs }) => frameMs)).toEqual([20, 10, 20]);
    endFirst();
    expect(newest().types()).not.toContain('unlisten');
  });

  it('keeps the devices up to date', () => {
    const { relay, newest } = open();
    newest().welcome();
    const gain = { gainDb: 0, minDb: -30, maxDb: 30 };
    const bits = { bitCount: 1, mask: 1 };
    const settings = {
      ...{ inputGain: gain, outputGain: gain, inputs: bits, outputs: bits, passThrough: bits },
      isGainControlOn: false,
    };
    const device = {
      ...{ number: 0, index: 0, name: 'codec', rateHz: 8_000, channelCount: 1 },
      ...{ encoding: 'MU255', hasPhoneLine: false, settings },
    };
    newest().says({ type: 'devices', devices: [device] });
    expect(relay.devices).toEqual([device]);
    newest().says({
      type: 'settings',
      device: 0,
      settings: { ...settings, isGainControlOn: true },
    });
    expect(relay.devices[0]?.settings.isGainControlOn).toBe(true);
  });

  it('gives sound up rather than let it grow old', () => {
    const { relay, newest } = open();
    const bytes = new Uint8Array(100);
    expect(relay.sendFrame(bytes)).toBe(false);
    newest().welcome();
    expect(relay.sendFrame(bytes)).toBe(true);
    newest().bufferedAmount = 1_000_000;
    expect(relay.sendFrame(bytes)).toBe(false);
  });
});

describe('a page gives up', () => {
  it('when the gateway speaks another version', () => {
    const { relay, time, newest, sockets } = open();
    newest().receiver.opened();
    newest().says({
      type: 'welcome',
      version: 99,
      gatewayVersion: '9',
      serverNumber: 0,
      pageNumber: 1,
      role: 'admin',
    });
    const reason = expect.stringContaining('version 99');
    expect(relay.state).toEqual({ kind: 'refused', code: 'version', reason });
    time.advance(60_000);
    expect(sockets).toHaveLength(1);
  });

  it.each([
    [4001, 'version'],
    [4401, 'token'],
    [4403, 'origin'],
    [4421, 'host'],
    [4499, 'other'],
  ])('when it is closed with %i, whose reason it shows, as %s', (closeCode, code) => {
    const { relay, time, newest, sockets } = open();
    newest().receiver.opened();
    newest().receiver.closed(closeCode, 'It is wrong.');
    expect(relay.state).toEqual({ kind: 'refused', code, reason: 'It is wrong.' });
    time.advance(60_000);
    expect(sockets).toHaveLength(1);
  });

  it('when the WebSocket was not opened, and the gateway says why in another way', async () => {
    const { relay, time, newest, sockets } = open({
      ...{ code: 'token', reason: 'This gateway wants its token.' },
    });
    newest().receiver.closed(1006, '');
    await settled();
    expect(relay.state).toEqual({
      ...{ kind: 'refused', code: 'token', reason: 'This gateway wants its token.' },
    });
    time.advance(60_000);
    expect(sockets).toHaveLength(1);
    relay.retry();
    expect(sockets).toHaveLength(2);
  });

  it('but not when messages make no sense once', () => {
    const { relay, newest, time } = open();
    newest().welcome();
    newest().receiver.message('no JSON');
    expect(relay.state.kind).toBe('waiting');
    time.advance(500);
    newest().welcome();
    expect(relay.state.kind).toBe('live');
  });

  it('for good when it is closed', () => {
    const { relay, newest, time, sockets } = open();
    newest().welcome();
    relay.close();
    expect(newest().isClosed).toBe(true);
    time.advance(60_000);
    expect(sockets).toHaveLength(1);
  });
});
