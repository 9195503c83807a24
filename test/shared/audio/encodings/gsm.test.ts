// GSM 06.10 by itself, and beside toast where that is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { gsm } from '#shared/audio/encodings/gsm/codec';
import {
  decodeAll,
  encodeAll,
  fixtureBytes,
  fixtureSamples,
  peakOf,
  randomBytes,
} from '#test/shared/audio/encodings/standard-coders';
import { seededFractions } from '#test/support/random';

const frameBytes = 33;

describe('GSM 06.10', () => {
  it.each([
    { name: 'signal', channelCount: 1 },
    { name: 'signal-stereo', channelCount: 2 },
  ])('encodes and decodes $name to the bits of the reference', ({ name, channelCount }) => {
    const bytes = fixtureBytes(`signal/${name}.gsm`);
    const samples = fixtureSamples(`signal/${name}.s16le`);
    expect(encodeAll(gsm, samples, channelCount)).toEqual(bytes);
    const decoded = fixtureSamples(`signal/${name}.gsm.decoded.s16le`);
    expect(decodeAll(gsm, bytes, channelCount)).toEqual(decoded);
  });

  it('takes a frame without the half-byte D for a silent one', () => {
    const bytes = fixtureBytes('signal/signal.gsm').slice(0, 10 * frameBytes);
    const [broken, silenced] = [bytes.slice(), bytes.slice()];
    broken[5 * frameBytes] = 0x00;
    silenced.set(gsm.silence, 5 * frameBytes);
    expect(decodeAll(gsm, broken)).toEqual(decodeAll(gsm, silenced));
  });

  it('says almost nothing for bytes that are no frames at all', () => {
    const bytes = new Uint8Array(20 * frameBytes);
    expect(peakOf(decodeAll(gsm, bytes))).toBeLessThanOrEqual(16);
  });
});

const missing = ['toast', 'untoast'].filter((name) => spawnSync(name, ['-v']).error);
if (missing.length > 0) {
  console.warn(
    `\n  !!! ${missing.join(' and ')} not found: the cross-checks of GSM 06.10 are SKIPPED. Install libgsm-tools to run them.\n`,
  );
}

/** toast and untoast read and write linear samples in the machine's byte order. */
describe.skipIf(missing.length > 0)('GSM 06.10 beside toast', () => {
  it('encodes noise of every loudness to the same bits', () => {
    const random = seededFractions(610);
    const samples = Int16Array.from({ length: 160 * 300 }, (_, i) => {
      const peak = 2 ** (15 * Math.abs(Math.sin(i / 5000)));
      return Math.max(-32768, Math.min(32767, (random() + random() - 1) * 2 * peak));
    });
    expect(encodeAll(gsm, samples)).toEqual(toast(samples));
  });

  it('encodes squares of full scale to the same bits', () => {
    const samples = Int16Array.from({ length: 160 * 100 }, (_, i) =>
      Math.floor(i / (3 + (i >> 9))) % 2 === 0 ? 32767 : -32768,
    );
    expect(encodeAll(gsm, samples)).toEqual(toast(samples));
  });

  it('decodes random frames, impossible lags included, to the same samples', () => {
    const bytes = randomBytes(frameBytes * 300, 61);
    for (let i = 0; i < bytes.length; i += frameBytes) {
      bytes[i] = 0xd0 | ((bytes[i] as number) & 15);
    }
    expect(decodeAll(gsm, bytes)).toEqual(untoast(bytes));
  });
});

function toast(samples: Int16Array): Uint8Array {
  return new Uint8Array(execFileSync('toast', ['-l', '-c'], { input: samples }));
}

function untoast(bytes: Uint8Array): Int16Array {
  const output = execFileSync('untoast', ['-l', '-c'], { input: bytes });
  return new Int16Array(new Uint8Array(output).buffer);
}
