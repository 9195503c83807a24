// What the page makes of what the gateway tells, with a stand-in for the sound side.
import { beforeEach, describe, expect, it } from 'vitest';
import { controls, sound } from '#test/support/fake-sound';
import { createGateway, type GatewayModel } from '#web/page/model/gateway';
import { createNotices } from '#web/page/model/notices';
import { createPreferences, type Preferences } from '#web/page/model/preferences';

const { gateway: fake, ears, fakeDevices, players } = controls;

let preferences: Preferences;
let gateway: GatewayModel;
let saved: string[];

beforeEach(() => {
  // Pages of earlier tests still hear of it; their players do not count.
  fake.list(fakeDevices);
  players.length = 0;
  ears.length = 0;
  saved = [];
  preferences = createPreferences({ getItem: () => null, setItem() {} });
  gateway = open();
});

function open(): GatewayModel {
  return createGateway({
    sound,
    relayUrl: 'ws://gateway.test/relay',
    pageName: 'A test',
    preferences,
    save: (_file, name) => saved.push(name),
  });
}

const named = (name: string) => {
  const found = gateway.devices.value.find(({ listing }) => listing.value.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};

describe('the device of the large buttons', () => {
  it('is hifi, else the first without a telephone line, else the first', () => {
    expect(gateway.chosen.value?.listing.value.name).toBe('hifi');
    fake.list(fakeDevices.filter(({ name }) => name !== 'hifi'));
    expect(gateway.chosen.value?.listing.value.name).toBe('codec');
    fake.list(fakeDevices.slice(0, 1));
    expect(gateway.chosen.value?.listing.value.name).toBe('phone');
    fake.list([]);
    expect(gateway.chosen.value).toBeUndefined();
  });

  it('is the one that was chosen, by its name, as long as it is there', () => {
    gateway.choose(named('left'));
    fake.list(fakeDevices.map((device) => ({ ...device, number: device.number + 10 })));
    expect(gateway.chosen.value?.listing.value.name).toBe('left');
    expect(gateway.chosen.value?.number).toBe(13);
  });
});

describe('devices that come and go', () => {
  it('stay the same while they are listed, with what they are set to', () => {
    const codec = named('codec');
    fake.list(fakeDevices.map((device) => ({ ...device, index: device.index + 1 })));
    expect(named('codec')).toBe(codec);
    expect(codec.listing.value.index).toBe(2);
  });

  it('stop playing when they go, save what was recorded, and only then are missed', () => {
    const hifi = named('hifi');
    hifi.record('plays');
    players[0]?.play(0.1);
    fake.list(fakeDevices.filter(({ name }) => name === 'codec'));
    expect(players[0]?.isStopped).toBe(true);
    expect(saved).toEqual(['hifi.wav']);
    expect(gateway.notices.list.value.map(({ words }) => words.happened)).toEqual([
      'The device “hifi” was removed.',
    ]);
  });
});

describe('a page that is refused', () => {
  it('ends all that it did, saves what was recorded, and listens again when it is let in anew', () => {
    const hifi = named('hifi');
    hifi.record('plays');
    hifi.speak();
    players[0]?.play(0.1);
    fake.become({ kind: 'refused', code: 'token', reason: 'It was revoked.' });
    expect(players[0]?.isStopped).toBe(true);
    expect(controls.microphones.at(-1)?.isStopped).toBe(true);
    expect(saved).toEqual(['hifi.wav']);
    expect([gateway.devices.value, gateway.chosen.value]).toEqual([[], undefined]);
    expect(gateway.notices.list.value).toEqual([]);
    fake.become({ kind: 'live' });
    gateway = open();
    expect(named('hifi').listening.value).toBeDefined();
  });
});

describe('listening', () => {
  it('is taken up again after a reload, once', () => {
    named('codec').listen();
    gateway = open();
    expect(players).toHaveLength(2);
    fake.list([...fakeDevices]);
    expect(named('codec').listening.value).toBeDefined();
  });

  it('starts anew with the options for playing together, and no recording is lost by it', () => {
    const hifi = named('hifi');
    hifi.record('plays');
    players[0]?.play(1);
    preferences.isSynchronous.value = true;
    expect(players.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    players[1]?.play(1);
    expect(hifi.recording.value?.size.value.seconds).toBe(2);
  });
});

describe('recording what a device hears', () => {
  it('needs no listening, and lasts as long as what was heard, however late that came', () => {
    const hifi = named('hifi');
    hifi.record('hears');
    expect(players).toHaveLength(0);
    expect(ears[0]?.deviceIndex).toBe(2);
    controls.passTime(5_000);
    ears[0]?.hear(2, 1);
    expect(hifi.recording.value?.size.value.seconds).toBe(2);
    hifi.stopRecording();
    expect(ears[0]?.isStopped()).toBe(true);
    expect(saved).toEqual(['hifi heard.wav']);
    expect(gateway.notices.list.value).toEqual([]);
  });

  it('goes on when listening begins and ends', () => {
    const hifi = named('hifi');
    hifi.record('hears');
    hifi.listen();
    players[0]?.play(1);
    hifi.stopListening();
    ears[0]?.hear(3, 1);
    expect(hifi.recording.value?.size.value.seconds).toBe(3);
  });

  it('saves what there is when the gateway goes away, and says so', async () => {
    const hifi = named('hifi');
    hifi.record('hears');
    ears[0]?.hear(1, 1);
    ears[0]?.fail('The connection was lost.');
    await expect.poll(() => hifi.recording.value).toBeUndefined();
    expect(saved).toEqual(['hifi heard.wav']);
    expect(gateway.notices.list.value.map(({ words }) => words)).toEqual([
      expect.objectContaining({
        happened: 'The recording of what “hifi” hears was ended.',
        means: 'The connection was lost.',
      }),
    ]);
  });
});

describe('notices', () => {
  const words = (happened: string) => ({ happened, means: 'It means.', toDo: 'Do.' });

  it('say each thing once, and make room for newer ones', () => {
    const notices = createNotices();
    for (const what of ['A.', 'B.', 'A.', 'C.', 'D.']) notices.add(words(what));
    expect(notices.list.value.map(({ words: { happened } }) => happened)).toEqual([
      'A.',
      'C.',
      'D.',
    ]);
  });
});

describe('a page that may only listen', () => {
  const welcome = { type: 'welcome', version: 1, gatewayVersion: '1', serverNumber: 0 } as const;

  it('asks for nothing that it may not have, and says why', () => {
    fake.message({ ...welcome, pageNumber: 1, role: 'listen' });
    const hifi = named('hifi');
    const [microphoneCount, fileCount] = [controls.microphones.length, controls.files.length];
    hifi.speak();
    hifi.playFile(new File([], 'a.wav'));
    hifi.change({ outputGainDb: 3 });
    hifi.record('hears');
    expect(controls.microphones).toHaveLength(microphoneCount);
    expect(controls.files).toHaveLength(fileCount);
    expect([hifi.filePlay.value, hifi.recording.value, ears.length]).toEqual([
      undefined,
      undefined,
      0,
    ]);
    expect(fake.sent.filter(({ type }) => type === 'change')).toEqual([]);
    const said = gateway.notices.list.value.map(({ words }) => words.happened);
    expect(said[0]).toBe('Your link does not let you speak.');
    expect(said.at(-1)).toBe(
      'Your link does not let you set devices, play files or delete messages.',
    );
    hifi.listen();
    expect(players).toHaveLength(1);
  });

  it('neither telephones nor asks for the number that it had', () => {
    fake.message({ ...welcome, pageNumber: 1, role: 'listen' });
    preferences.telephoneNumbers.value = { phone: '12' };
    const { phone, number: device } = named('phone');
    const line = { type: 'line', device, isOffHook: false, use: 'free' } as const;
    const sentCount = fake.sent.length;
    fake.message({ ...line, telephones: [], lastNumberDialed: '' });
    phone.call();
    phone.takeNumber('34');
    expect(phone.state.value.call.kind).toBe('none');
    expect(fake.sent.slice(sentCount)).toEqual([]);
  });

  it('may what its next welcome says', () => {
    fake.message({ ...welcome, pageNumber: 1, role: 'listen' });
    expect(named('hifi').whyNot('control')).toContain('does not let you');
    fake.message({ ...welcome, pageNumber: 1, role: 'control' });
    expect(named('hifi').whyNot('control')).toBeUndefined();
  });
});
