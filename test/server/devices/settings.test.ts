// Whoever shows a device's settings hears of every change, whoever makes it.
import { expect, it } from 'vitest';
import { createTestServer } from '#test/support/dispatch';

it('tells of gains, switches, gain control and pass-through, once each and only when they change', () => {
  const { devices, errors } = createTestServer();
  const [phone, codec] = devices.devices;
  if (!phone || !codec) throw new Error('the set has a phone and a codec');
  const told: string[] = [];
  phone.onSettings(() => told.push('phone'));
  const end = codec.onSettings(() => told.push('codec'));
  const changes = [
    () => codec.inputGain.change(6),
    () => codec.outputGain.change(-3),
    () => codec.inputs.change(3),
    () => codec.outputs.change(1),
    () => {
      codec.isGainControlOn = true;
    },
  ];
  for (const change of changes) {
    told.length = 0;
    change();
    change();
    expect(told).toEqual(['codec']);
  }
  told.length = 0;
  codec.passThrough.change(1);
  expect(told.sort()).toEqual(['codec', 'phone']);
  end();
  told.length = 0;
  codec.inputGain.change(0);
  expect(told).toEqual([]);
  expect(errors).toEqual([]);
});

it('goes on to the next listener when one fails, and reports what it threw', () => {
  const { devices, errors } = createTestServer();
  const [, codec] = devices.devices;
  let isTold = false;
  codec?.onSettings(() => {
    throw new Error('a listener with a fault');
  });
  codec?.onSettings(() => {
    isTold = true;
  });
  codec?.inputGain.change(3);
  expect(isTold).toBe(true);
  expect(errors).toEqual(['Error: a listener with a fault']);
});
