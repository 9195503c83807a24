// A telephone with its sound, its keys and its number, with a stand-in for the sound side.
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallMessage } from '#shared/relay/telephone';
import { controls, sound } from '#test/support/fake-sound';
import type { DeviceModel } from '#web/page/model/device';
import { createGateway, type GatewayModel } from '#web/page/model/gateway';
import { createPreferences, type Preferences } from '#web/page/model/preferences';

const { gateway: fake, microphones, passTime, phoneTones, players } = controls;

let preferences: Preferences;
let gateway: GatewayModel;
let device: DeviceModel;

beforeEach(() => {
  fake.forgetPages();
  players.length = 0;
  microphones.length = 0;
  phoneTones.length = 0;
  preferences = createPreferences({ getItem: () => null, setItem() {} });
  gateway = createGateway({
    ...{ sound, relayUrl: 'ws://gateway.test/relay', pageName: 'A test', preferences },
    save() {},
  });
  const phone = gateway.devices.value.find(({ listing }) => listing.value.hasPhoneLine);
  if (!phone) throw new Error('there is no telephone');
  device = phone;
  tellLine();
  fake.sent.length = 0;
});

function tellLine(): void {
  fake.message({
    ...{ type: 'line', device: 0, isOffHook: false, use: 'free' },
    ...{ telephones: [], lastNumberDialed: '' },
  });
}

function tellCall(state: CallMessage['state'], ended?: CallMessage['ended']): void {
  fake.message({ type: 'call', device: 0, state, ended, sinceServerMs: controls.nowMs });
}

const tones = () => {
  // One for each device; the telephone is the first.
  const first = phoneTones[0];
  if (!first) throw new Error('there are no tones');
  return first;
};

describe('the sound of a call', () => {
  it('is on from the call to its end, and nobody hears the microphone before it is up', () => {
    device.phone.call();
    expect(fake.sent).toEqual([{ type: 'call', device: 0 }]);
    expect(players).toHaveLength(1);
    expect(microphones[0]?.isHeld).toBe(true);
    tellCall('calling');
    expect(tones().signal).toBe('ringback');
    tellCall('up');
    expect(tones().signal).toBeUndefined();
    expect(microphones[0]?.isHeld).toBe(false);
    tellCall('none', 'hungUp');
    expect(tones().signal).toBe('ended');
    expect(players[0]?.isStopped).toBe(true);
    expect(microphones[0]?.isStopped).toBe(true);
    // It was not the person who listened.
    expect(preferences.listening.value).toEqual([]);
  });

  it('leaves on what was on before, as it was', () => {
    device.listen();
    device.speak();
    device.phone.call();
    expect(microphones[0]?.isHeld).toBe(false);
    device.phone.hangUp();
    tellCall('none', 'hungUp');
    expect(players).toHaveLength(1);
    expect(players[0]?.isStopped).toBe(false);
    expect(microphones[0]?.isStopped).toBe(false);
  });

  it('goes on after the call where the person asked for it in its middle', () => {
    device.phone.call();
    tellCall('up');
    device.listen();
    device.speak();
    tellCall('none', 'hungUp');
    expect(players[0]?.isStopped).toBe(false);
    expect(microphones.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect(preferences.listening.value).toEqual(['phone']);
  });

  it('is muted while that is wished', () => {
    device.phone.call();
    tellCall('up');
    device.phone.sound.setMuted(true);
    expect(microphones[0]?.isHeld).toBe(true);
    preferences.isVoice.value = true;
    expect(microphones[1]?.isHeld).toBe(true);
    device.phone.sound.setMuted(false);
    expect(microphones[1]?.isHeld).toBe(false);
  });

  it('opens the microphone again that failed', () => {
    device.phone.call();
    microphones[0]?.become({ kind: 'failed', code: 'denied', message: '' });
    tellCall('up');
    expect(device.phone.state.value.call.kind).toBe('up');
    device.phone.sound.tryMicrophoneAgain();
    expect(microphones[1]?.isHeld).toBe(false);
  });

  it('rings where this page is called, and opens when it is answered', () => {
    tellCall('ringing');
    expect(tones().signal).toBe('ring');
    expect(gateway.rung.value).toBe(device);
    expect(players).toHaveLength(0);
    device.phone.answer();
    expect(fake.sent).toEqual([{ type: 'answer', device: 0 }]);
    expect(tones().signal).toBeUndefined();
    expect(players).toHaveLength(1);
  });

  it('is silent after a call that rang here and was refused', () => {
    tellCall('ringing');
    device.phone.hangUp();
    expect(fake.sent).toEqual([{ type: 'hangUp', device: 0 }]);
    tellCall('none', 'hungUp');
    expect(tones().signal).toBeUndefined();
  });

  it('says busy where the line is, and is off', () => {
    device.phone.call();
    tellCall('none', 'busy');
    expect(tones().signal).toBe('busy');
    expect(players[0]?.isStopped).toBe(true);
  });

  it('follows the volume of everything', () => {
    preferences.masterVolume.value = 0.5;
    expect(tones().tones.volume).toBe(0.25);
    preferences.isMuted.value = true;
    expect(tones().tones.volume).toBe(0);
  });

  it('ends with the gateway', () => {
    device.phone.call();
    tellCall('up');
    fake.become({ kind: 'waiting', retryAtMs: 0, reason: 'gone' });
    expect(players[0]?.isStopped).toBe(true);
    expect(tones().signal).toBe('ended');
    fake.become({ kind: 'live' });
  });
});

describe('a page that may only listen', () => {
  it('calls nobody, and asks for no number', () => {
    preferences.telephoneNumbers.value = { phone: '23' };
    fake.message({
      ...{ type: 'welcome', version: 1, gatewayVersion: 'test', serverNumber: 0, pageNumber: 1 },
      role: 'listen',
    });
    fake.become({ kind: 'waiting', retryAtMs: 0, reason: 'gone' });
    fake.become({ kind: 'live' });
    tellLine();
    device.phone.call();
    expect(fake.sent).toEqual([]);
    expect(device.phone.whyNot()).toBe('Your link does not let you speak');
  });
});

describe('the keys', () => {
  it('are down at the other end as long as here, and heard by the finger', () => {
    device.phone.call();
    tellCall('up');
    fake.sent.length = 0;
    device.phone.keyDown('5');
    device.phone.keyDown('5');
    expect(tones().keysDown).toBe('5');
    device.phone.keyUp('5');
    device.phone.keyUp('5');
    expect(tones().keysDown).toBe('');
    expect(fake.sent).toEqual([
      { type: 'key', device: 0, digit: '5', isDown: true },
      { type: 'key', device: 0, digit: '5', isDown: false },
    ]);
  });

  it('that are only tapped come up by themselves', () => {
    device.phone.call();
    tellCall('up');
    fake.sent.length = 0;
    device.phone.tapKey('#');
    expect(device.phone.held.value).toEqual(new Set('#'));
    passTime(200);
    expect(device.phone.held.value).toEqual(new Set());
    expect(fake.sent).toHaveLength(2);
  });

  it('that were typed before are dialed when the call is up', () => {
    for (const digit of '42') {
      device.phone.keyDown(digit);
      device.phone.keyUp(digit);
    }
    device.phone.call();
    expect(fake.sent).toEqual([{ type: 'call', device: 0 }]);
    tellCall('up');
    const keys = fake.sent.flatMap((message) =>
      message.type === 'key' ? [`${message.digit}${message.isDown ? '+' : '-'}`] : [],
    );
    expect(keys.join(' ')).toBe('4+ 4- 2+ 2-');
    expect(device.phone.state.value).toMatchObject({ typed: '', sent: '42' });
  });

  it('are those of a telephone', () => {
    device.phone.keyDown('x');
    expect(device.phone.held.value.size).toBe(0);
  });
});

describe('the number', () => {
  it('is asked for, remembered, and asked for again when the gateway is back', () => {
    device.phone.takeNumber('23');
    expect(fake.sent).toEqual([{ type: 'telephone', device: 0, number: '23' }]);
    expect(preferences.telephoneNumbers.value).toEqual({ phone: '23' });
    fake.become({ kind: 'waiting', retryAtMs: 0, reason: 'gone' });
    fake.become({ kind: 'live' });
    fake.sent.length = 0;
    tellLine();
    tellLine();
    expect(fake.sent).toEqual([{ type: 'telephone', device: 0, number: '23' }]);
  });

  it('is given back with an empty one', () => {
    device.phone.takeNumber('23');
    device.phone.takeNumber('');
    expect(fake.sent.at(-1)).toEqual({ type: 'telephone', device: 0, number: '' });
    expect(preferences.telephoneNumbers.value).toEqual({});
  });

  it('says why it is not had, beside it and nowhere else', () => {
    device.phone.takeNumber('23');
    fake.message({ type: 'refused', code: 'numberTaken', message: 'It is another’s.' });
    expect(device.phone.state.value.numberTrouble).toBe('It is another’s.');
    expect(gateway.notices.list.value).toEqual([]);
    fake.message({ type: 'refused', code: 'refused', message: 'No gain.' });
    expect(gateway.notices.list.value).toHaveLength(1);
  });
});
