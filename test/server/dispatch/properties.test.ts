// Properties of devices, as clients change, read, list and delete them, and hear of it.
import { describe, expect, it } from 'vitest';
import { predefinedAtoms } from '#shared/protocol/atoms';
import { eventMask } from '#shared/protocol/events';
import type { Units } from '#shared/protocol/fields';
import type { Atom, ContextId } from '#shared/protocol/ids';
import { createTestServer } from '#test/support/dispatch';
import { TestClient } from '#test/support/test-client';

const { STRING, CARDINAL } = predefinedAtoms;
const CODEC = 1;
const HIFI = 2;

interface Change {
  readonly mode?: 'replace' | 'prepend' | 'append';
  readonly type?: Atom;
  readonly format?: 8 | 16 | 32;
}

function createPropertyClient(options: Parameters<typeof createTestServer>[0] = {}) {
  const server = createTestServer(options);
  const client = new TestClient(server);
  const context = client.createContext(CODEC);
  const request = (property: Atom, data: Units, { mode, type, format }: Change = {}) => ({
    context,
    property,
    data,
    mode: mode ?? ('replace' as const),
    type: type ?? STRING,
    format: format ?? (8 as const),
  });
  return {
    server,
    client,
    context,
    change(property: Atom, data: Units, rest?: Change): void {
      client.send('ChangeProperty', request(property, data, rest));
      client.sync();
    },
    refusal: (property: Atom, data: Units, rest?: Change) =>
      client.refusal('ChangeProperty', request(property, data, rest)).error,
    get: (property: Atom, rest = {}) => getProperty(client, context, property, rest),
  };
}

function getProperty(client: TestClient, context: ContextId, property: Atom, rest = {}) {
  return client.ask('GetProperty', {
    context,
    property,
    delete: 0,
    type: 0 as Atom,
    longOffset: 0,
    longLength: 1_000,
    ...rest,
  });
}

describe('a property', () => {
  it('of 16 or 32 bits comes in the byte order of who asks', () => {
    const { server, client, context, change } = createPropertyClient();
    change(CARDINAL, Uint16Array.of(1, 0x0203, 0xffff), { format: 16, type: CARDINAL });
    const big = new TestClient(server, { littleEndian: false });
    const reply = getProperty(big, context, CARDINAL);
    expect(reply).toMatchObject({ format: 16, type: CARDINAL, bytesAfter: 0 });
    expect(Array.from(reply.data)).toEqual([1, 0x0203, 0xffff]);
    change(STRING, Uint32Array.of(0x0102_0304), { format: 32 });
    expect(Array.from(getProperty(big, context, STRING).data)).toEqual([0x0102_0304]);
    client.sync();
  });

  it('grows at either end by data of its own kind only', () => {
    const { change, refusal, get } = createPropertyClient();
    change(CARDINAL, Uint16Array.of(3, 4), { format: 16, mode: 'append' });
    change(CARDINAL, Uint16Array.of(1, 2), { format: 16, mode: 'prepend' });
    change(CARDINAL, Uint16Array.of(5), { format: 16, mode: 'append' });
    change(CARDINAL, new Uint16Array(0), { format: 16, mode: 'append' });
    expect(refusal(CARDINAL, Uint8Array.of(9), { mode: 'append' })).toBe('BadMatch');
    expect(
      refusal(CARDINAL, Uint16Array.of(9), { format: 16, mode: 'prepend', type: CARDINAL }),
    ).toBe('BadMatch');
    expect(Array.from(get(CARDINAL).data)).toEqual([1, 2, 3, 4, 5]);
    change(CARDINAL, Uint8Array.of(7), { type: CARDINAL });
    expect(get(CARDINAL)).toMatchObject({ format: 8, type: CARDINAL });
  });

  it('is read from any offset, counted in four bytes', () => {
    const { client, context, change, get } = createPropertyClient();
    change(
      STRING,
      Uint8Array.from({ length: 10 }, (_, at) => at),
    );
    expect(get(STRING, { longOffset: 1, longLength: 1 })).toMatchObject({ bytesAfter: 2 });
    expect(Array.from(get(STRING, { longOffset: 1, longLength: 1 }).data)).toEqual([4, 5, 6, 7]);
    expect(Array.from(get(STRING, { longOffset: 2, longLength: 0xffff_ffff }).data)).toEqual([
      8, 9,
    ]);
    expect(get(STRING, { longOffset: 0, longLength: 0 })).toMatchObject({ bytesAfter: 10 });
    for (const longOffset of [3, 0x4000_0000, 0x8000_0000, 0xffff_ffff]) {
      const request = { context, property: STRING, delete: 0, type: 0 as Atom, longLength: 1 };
      expect(client.refusal('GetProperty', { ...request, longOffset })).toMatchObject({
        error: 'BadValue',
        value: longOffset,
      });
    }
  });

  it('at whose exact end one reads has nothing more', () => {
    const { change, get } = createPropertyClient();
    change(STRING, new Uint8Array(8));
    expect(get(STRING, { longOffset: 2 })).toMatchObject({ bytesAfter: 0, format: 8 });
    expect(get(STRING, { longOffset: 2 }).data).toHaveLength(0);
  });

  it('that is not there, or has another type, is no error', () => {
    const { change, get } = createPropertyClient();
    expect(get(STRING)).toMatchObject({ format: 0, type: 0, bytesAfter: 0 });
    change(CARDINAL, Uint32Array.of(1, 2, 3), { format: 32, type: CARDINAL });
    const reply = get(CARDINAL, { type: STRING, delete: 1, longOffset: 0xffff_ffff });
    expect(reply).toMatchObject({ format: 32, type: CARDINAL, bytesAfter: 3 });
    expect(get(CARDINAL).data).toHaveLength(3);
  });

  it('is deleted by the reading of its end, and by nothing less', () => {
    const { client, context, change, get } = createPropertyClient();
    const listed = () => client.ask('ListProperties', { context }).properties;
    change(STRING, new Uint8Array(8));
    expect(get(STRING, { delete: 1, longLength: 1 }).bytesAfter).toBe(4);
    expect(listed()).toEqual([STRING]);
    expect(get(STRING, { delete: 1, longOffset: 1 }).data).toHaveLength(4);
    expect(listed()).toEqual([]);
    client.send('DeleteProperty', { context, property: STRING });
    client.sync();
  });

  it('checks what it is asked in this order', () => {
    const { client, context } = createPropertyClient();
    const request = { context, property: STRING, type: 0 as Atom, longOffset: 0, longLength: 0 };
    const none = 999 as Atom;
    const refusal = (change: object) => {
      const { error, value } = client.refusal('GetProperty', { ...request, delete: 7, ...change });
      return `${error} ${value}`;
    };
    expect(refusal({ context: 1, property: none })).toBe('BadAC 1');
    expect(refusal({ property: none, type: none })).toBe('BadAtom 999');
    expect(refusal({ type: none })).toBe('BadValue 7');
    expect(refusal({ delete: 1, type: none })).toBe('BadAtom 999');
    const change = { context, property: none, type: 998 as Atom, format: 8, mode: 'replace' };
    const data = new Uint8Array(0);
    const refused = (rest: object) => {
      const request = { ...change, data, ...rest } as Parameters<
        typeof client.refusal<'ChangeProperty'>
      >[1];
      const { error, value } = client.refusal('ChangeProperty', request);
      return `${error} ${value}`;
    };
    expect(refused({ context: 1 })).toBe('BadAC 1');
    expect(refused({})).toBe('BadAtom 999');
    expect(refused({ property: STRING })).toBe('BadAtom 998');
    expect(refused({ property: STRING, type: 0 })).toBe('BadAtom 0');
  });
});

describe('the properties of a device', () => {
  it('are bounded in number and bytes, and a refused change leaves all as it was', () => {
    const limits = { propertiesPerDevice: 2, propertyBytes: 100 };
    const { client, context, change, refusal, get } = createPropertyClient({ limits });
    change(STRING, new Uint8Array(60).fill(1));
    change(CARDINAL, new Uint8Array(40).fill(2));
    const third = 5 as Atom;
    expect(refusal(third, new Uint8Array(0))).toBe('BadAlloc');
    expect(refusal(STRING, new Uint8Array(1), { mode: 'append' })).toBe('BadAlloc');
    expect(refusal(STRING, new Uint8Array(61))).toBe('BadAlloc');
    expect(Array.from(get(STRING).data)).toEqual(Array(60).fill(1));
    expect(client.ask('ListProperties', { context }).properties).toEqual([CARDINAL, STRING]);
    change(STRING, new Uint8Array(30));
    change(CARDINAL, new Uint8Array(30), { mode: 'append' });
    client.send('DeleteProperty', { context, property: CARDINAL });
    change(third, new Uint8Array(70));
    expect(client.ask('ListProperties', { context }).properties).toEqual([third, STRING]);
  });

  it('are those of one device only', () => {
    const { client, change } = createPropertyClient();
    change(STRING, new Uint8Array(1));
    const other = client.createContext(HIFI);
    expect(client.ask('ListProperties', { context: other }).properties).toEqual([]);
  });

  it('hold its name where the server wants them to', () => {
    const server = createTestServer({ nameProperties: true });
    const client = new TestClient(server);
    const property = client.ask('InternAtom', { onlyIfExists: true, name: 'DEVICE_NAME' }).atom;
    const nameOf = (device: number, reader = client) => {
      const { data, type } = getProperty(reader, reader.createContext(device), property);
      expect(type).toBe(STRING);
      return Buffer.from(data).toString();
    };
    expect([0, 1, 2, 3, 4].map((device) => nameOf(device))).toEqual([
      'phone',
      'codec',
      'hifi',
      'left',
      'right',
    ]);
    server.devices.remove('hifi');
    expect(nameOf(1, new TestClient(server))).toBe('codec');
  });

  it('tell of their changes before the reply to who caused them', () => {
    const { client, context, get } = createPropertyClient();
    client.send('SelectEvents', { context, mask: eventMask('Property') });
    client.sync();
    client.send('ChangeProperty', {
      context,
      property: STRING,
      type: STRING,
      format: 8,
      mode: 'append',
      data: new Uint8Array(0),
    });
    expect(client.event()).toMatchObject({
      event: 'Property',
      property: STRING,
      device: CODEC,
      change: 'newValue',
    });
    client.send('GetProperty', {
      context,
      property: STRING,
      delete: 1,
      type: 0 as Atom,
      longOffset: 0,
      longLength: 0,
    });
    expect(client.event()).toMatchObject({ event: 'Property', change: 'deleted' });
    client.reply('GetProperty');
    client.send('DeleteProperty', { context, property: STRING });
    client.sync();
    expect(get(STRING).format).toBe(0);
  });
});

describe('the number that was dialed', () => {
  it('is a property that everybody hears of, and is left out where clients left no room for it', () => {
    const server = createTestServer({ limits: { propertiesPerDevice: 1 } });
    const [phone, codec] = server.devices.devices;
    if (!phone || !codec) throw new Error('there are devices');
    const client = new TestClient(server);
    const context = client.createContext(0);
    client.send('SelectEvents', { context, mask: eventMask('Property') });
    client.sync();
    server.dispatch.numberDialed(phone, '12');
    const property = predefinedAtoms.LAST_NUMBER_DIALED;
    expect(client.event()).toMatchObject({ event: 'Property', property, change: 'newValue' });
    server.dispatch.numberDialed(phone, '345');
    expect(client.event()).toMatchObject({ event: 'Property', property, change: 'newValue' });
    const whole = { longOffset: 0, longLength: 100, type: predefinedAtoms.STRING, delete: 0 };
    const { data } = client.ask('GetProperty', { context, property, ...whole });
    expect(Buffer.from(data).toString()).toBe('345');

    server.dispatch.server.keepText(codec, predefinedAtoms.TELEPHONE, '1');
    server.dispatch.numberDialed(codec, '12');
    expect(server.warnings).toEqual([
      ['a device has no room for a property', { device: 'codec', name: 'LAST_NUMBER_DIALED' }],
    ]);
  });
});
