// What people do with the page, with the mouse and with keys alone; with a stand-in for the sound side.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fakeDevices } from '#test/support/fake-devices';
import { describeInChromium } from './chromium.ts';
import { fakePages } from './fake-pages.ts';

describeInChromium('the page in use', () => {
  const pages = fakePages();
  const { open, button, card, hear } = pages;

  describe('listening', () => {
    it('shows the level, the picture and the delay of what is heard', async () => {
      const { page, fake } = await open();
      await hear();
      await fake(({ players }) => players[0]?.play(2));
      await page.getByText(/^\d+ ms behind$/).waitFor();
      const meter = page.getByRole('meter', { name: 'Level of hifi' });
      await expect.poll(() => meter.getAttribute('aria-valuetext')).toMatch(/dB below full scale/);
      expect(await page.title()).toBe('hifi · AudioFile gateway');
      const isDrawn = `(() => {
        const { data } = document.querySelector('.scope canvas').getContext('2d')
          .getImageData(0, 0, 4000, 400);
        return new Set(data).size > 20;
      })()`;
      await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
      await page.getByText('Spectrogram').click();
      await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
    });

    it('asks for no samples and no levels while it is quiet or out of sight', async () => {
      const { page, fake, until } = await open({}, { viewport: { width: 1000, height: 420 } });
      await hear();
      await fake(({ players }) => players[0]?.become('silent'));
      await until(({ players }) => players[0]?.watcherCount === 0);
      await fake(({ players }) => players[0]?.become('playing'));
      await until(({ players }) => players[0]?.watcherCount === 2);
      await page
        .getByText('Use these keys')
        .evaluate('(end) => end.closest("details").open = true');
      await page.getByText('Use these keys').scrollIntoViewIfNeeded();
      await until(({ players }) => players[0]?.watcherCount === 0);
    });

    it('turns every player by its own volume, the master volume and mute', async () => {
      const { page, fake, until } = await open();
      await hear();
      await card('hifi').getByRole('slider', { name: 'Volume of hifi' }).fill('0.5');
      await page.getByRole('slider', { name: 'Master volume' }).fill('0.5');
      // The middle of a slider is a quarter of the amplitude.
      await until(({ players }) => players[0]?.player.volume === 0.0625);
      await button('Mute everything').click();
      expect(await fake(({ players }) => players[0]?.player.volume)).toBe(0);
      expect(await button('Mute everything').getAttribute('aria-pressed')).toBe('true');
    });

    it('is remembered with the volume and the device, over a reload', async () => {
      const { page, until } = await open();
      await page.getByLabel('Device', { exact: true }).selectOption('codec');
      await button('Listen to codec').click();
      await page.getByRole('slider', { name: 'Master volume' }).fill('0.3');
      await page.reload();
      await until(({ players }) => players.length === 1);
      expect(await page.getByRole('article').first().getByRole('heading').innerText()).toBe(
        'codec',
      );
      expect(await page.getByRole('slider', { name: 'Master volume' }).inputValue()).toBe('0.3');
      await button('Stop listening to codec').click();
      await page.reload();
      await button('Listen to codec').waitFor();
    });

    it('explains the sound in a panel that Escape closes', async () => {
      const { page, fake } = await open();
      await hear();
      await fake(({ players, usualReport }) =>
        players[0]?.play(3, { ...usualReport, underrunCount: 0 }),
      );
      await fake(({ players, usualReport }) =>
        players[0]?.play(3, { ...usualReport, underrunCount: 2, networkMs: 100 }),
      );
      await button('Why does it sound like this?').click();
      const panel = page.getByRole('complementary', { name: 'Why does it sound like this?' });
      const text = await panel.innerText();
      expect(text).toMatch(/You hear it 0\.\d\d s after it was played/);
      expect(text).toContain('sound came too late 2 times');
      expect(text).toContain('The network is slow');
      expect(text).toContain('12.4 ppm');
      expect(text).toContain('2.3 ms');
      await panel.getByRole('img', { name: /^\d+ ms in all: Network 100 ms/ }).waitFor();
      await panel.locator('.curve canvas').waitFor();
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('why');
      await fake(({ players }) => players[0]?.become('silent'));
      await panel.getByText('It is quiet: nothing plays right now.').waitFor();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.className')).toContain('why');
    });

    it('plays together with other pages when that is switched on', async () => {
      const { page, fake, until } = await open();
      await hear();
      await page.getByLabel('Play together with other pages').check();
      await until(({ players }) => players.at(-1)?.options.isSynchronous === true);
      expect(await fake(({ players }) => players[0]?.isStopped)).toBe(true);
      await fake(({ gateway }) => gateway.message({ type: 'sync', latencyMs: 180 }));
      await page.getByText('The pages have agreed on 180 ms.').waitFor();
      await page.getByRole('slider', { name: 'Trim of this page' }).fill('-20');
      await until(({ players }) => players.at(-1)?.options.trimMs === -20);
    });
  });

  describe('a device', () => {
    it('is set for everybody who uses it', async () => {
      const { fake } = await open();
      const hifi = card('hifi');
      await hifi.getByText('Settings').click();
      await hifi.getByRole('slider', { name: 'Output gain' }).fill('-6');
      await hifi.getByLabel('Monitor').check();
      await hifi.getByLabel('Pass-through').check();
      await hifi.getByLabel('Automatic gain control').check();
      expect(await fake(({ gateway }) => gateway.sent)).toEqual([
        { type: 'change', device: 2, outputGainDb: -6 },
        { type: 'change', device: 2, inputMask: 3 },
        { type: 'change', device: 2, passThroughMask: 1 },
        { type: 'change', device: 2, isGainControlOn: true },
      ]);
    });

    it('shows what others have set', async () => {
      const { fake } = await open();
      await card('hifi').getByText('Settings').click();
      await fake(({ gateway, fakeDevices }) => {
        const settings = fakeDevices[2]?.settings;
        if (!settings) return;
        const outputGain = { ...settings.outputGain, gainDb: 12 };
        gateway.message({ type: 'settings', device: 2, settings: { ...settings, outputGain } });
      });
      await expect
        .poll(() => card('hifi').getByRole('slider', { name: 'Output gain' }).inputValue())
        .toBe('12');
    });

    it('plays a file that is dropped on it, with progress and stop', async () => {
      const { page, fake, until } = await open();
      await page.evaluate(`(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['sound'], 'bell.wav', { type: 'audio/wav' }));
        const card = document.getElementById('device-1');
        card.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true }));
        card.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
      })()`);
      await until(({ files }) => files.length === 1);
      expect(await fake(({ files }) => [files[0]?.name, files[0]?.deviceIndex])).toEqual([
        'bell.wav',
        1,
      ]);
      await fake(({ files }) => files[0]?.progress(0.4));
      const progress = page.getByRole('progressbar', { name: 'Progress of bell.wav' });
      await expect.poll(() => progress.getAttribute('value')).toBe('0.4');
      await button('Stop playing bell.wav').click();
      await progress.waitFor({ state: 'detached' });
      expect(await fake(({ files }) => files[0]?.isStopped())).toBe(true);
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('plays a file that is chosen with the keyboard, and says why it cannot', async () => {
      const { page, fake, until } = await open();
      const chooser = page.waitForEvent('filechooser');
      await card('hifi').getByRole('button', { name: 'Play a file' }).press('Enter');
      await (await chooser).setFiles({
        name: 'notes.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('no sound'),
      });
      await until(({ files }) => files.length === 1);
      await fake(({ files }) =>
        files[0]?.fail('It is no sound file that this browser can decode.'),
      );
      const alert = await page.getByRole('alert').innerText();
      expect(alert).toContain('“notes.txt” could not be played.');
      expect(alert).toContain('no sound file');
    });

    it('is recorded to a WAV file that is offered for download', async () => {
      const { page, fake } = await open();
      await card('hifi').getByRole('button', { name: 'Record' }).click();
      await fake(({ players }) => players[0]?.play(2));
      await page.getByText('0:02').waitFor();
      // Its words have room.
      const [outer = 0, inner = 0] = (await page.evaluate(`
        ['.recording', '.recording .figures']
          .map((part) => document.querySelector(part).getBoundingClientRect().right)
      `)) as number[];
      expect(inner).toBeLessThan(outer);
      const offered = page.waitForEvent('download');
      await card('hifi').getByRole('button', { name: 'Save the recording' }).click();
      const download = await offered;
      expect(download.suggestedFilename()).toBe('hifi.wav');
      const bytes = await readFile(await download.path());
      expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
      expect(bytes.length).toBe(44 + 2 * 48_000 * 4);
    });

    it('is recorded as it hears, when that is chosen', async () => {
      const { page, fake, until } = await open();
      const hifi = card('hifi');
      await hifi.getByLabel('What is recorded of hifi').selectOption('what is heard');
      await hifi.getByRole('button', { name: 'Record heard of hifi' }).press('Enter');
      await until(({ ears }) => ears.length === 1);
      const log = page.getByRole('log');
      await expect.poll(() => log.innerText()).toBe('Recording what hifi hears.');
      await fake(({ ears }) => ears[0]?.hear(2, 7));
      await page.getByText('0:02').waitFor();
      expect(await fake(({ players }) => players.length)).toBe(0);
      const offered = page.waitForEvent('download');
      await hifi.getByRole('button', { name: 'Save the recording of what hifi hears' }).waitFor();
      // The keyboard is still on the button that began it.
      await page.keyboard.press('Enter');
      const download = await offered;
      expect(download.suggestedFilename()).toBe('hifi heard.wav');
      expect(await readFile(await download.path())).toHaveLength(44 + 2 * 48_000 * 4);
    });
  });

  describe('with keys alone', () => {
    const focused = (page: Page) =>
      page.evaluate(`(() => {
        const { activeElement } = document;
        return activeElement.getAttribute('aria-label') ?? activeElement.innerText ?? '';
      })()`) as Promise<string>;

    it('can be walked through from the top, with the focus in sight', async () => {
      const { page } = await open();
      const walked: string[] = [];
      const outline = `getComputedStyle(document.activeElement).outlineStyle !== 'none'
        || getComputedStyle(document.activeElement.nextElementSibling).outlineStyle !== 'none'`;
      for (let step = 0; step < 10; step++) {
        await page.keyboard.press('Tab');
        walked.push((await focused(page)).trim());
        expect(await page.evaluate(outline)).toBe(true);
      }
      expect(walked.slice(0, 3)).toEqual(['To the devices', 'Listen to hifi', 'Speak into hifi']);
      expect(walked).toContain('Mute everything');
    });

    it('listens, speaks, mutes and explains by single keys', async () => {
      const { page, fake, until } = await open();
      await page.keyboard.press('l');
      await until(({ players }) => players.length === 1);
      await page.keyboard.press('s');
      await until(({ microphones }) => microphones.length === 1);
      await page.keyboard.press('m');
      await until(({ players }) => players[0]?.player.volume === 0);
      await page.keyboard.press('w');
      await page.getByRole('complementary').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('L');
      expect(await fake(({ players }) => players[0]?.isStopped)).toBe(true);
    });

    it('goes to a device by its number, and then means that one', async () => {
      const { page, fake, until } = await open();
      await page.keyboard.press('1');
      expect(await page.evaluate('document.activeElement.id')).toBe('device-1');
      await page.keyboard.press('l');
      await until(({ players }) => players.length === 1);
      expect(await fake(({ gateway }) => gateway.sent)).toEqual([]);
      await card('codec').getByRole('button', { name: 'Stop listening to codec' }).waitFor();
    });

    it('leaves keys alone where they are typed, and when that is wished', async () => {
      const { page, fake } = await open();
      await page.getByLabel('Device', { exact: true }).focus();
      await page.keyboard.press('m');
      expect(await button('Mute everything').getAttribute('aria-pressed')).toBe('false');
      await page.getByText('Keys', { exact: true }).click();
      await page.getByLabel('Use these keys').uncheck();
      await page.keyboard.press('l');
      expect(await fake(({ players }) => players.length)).toBe(0);
    });
  });

  describe('on every screen', () => {
    it.each([320, 390, 768, 1280])('is not wider than a window of %s', async (width) => {
      const { page, fake } = await open({}, { viewport: { width, height: 700 } });
      await button('Listen to hifi').click();
      await fake(({ players }) => players[0]?.play(1));
      await button('Speak into codec').click();
      await page.evaluate(
        "document.querySelectorAll('details').forEach((part) => (part.open = true))",
      );
      const scrollWidth = 'document.documentElement.scrollWidth';
      expect(await page.evaluate(scrollWidth)).toBeLessThanOrEqual(width);
      await button('Why does it sound like this?').click();
      expect(await page.evaluate(scrollWidth)).toBeLessThanOrEqual(width);
    });

    it('is made wider by no name of a device', async () => {
      const devices = fakeDevices.map((device) => ({ ...device, name: 'x'.repeat(64) }));
      const { page } = await open({ devices });
      await button('Listen to x').waitFor();
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 700 });
        const outside = await page.evaluate(`
          [...document.querySelectorAll('main button, main select, main label')]
            .filter((part) => part.getBoundingClientRect().right > innerWidth).length
        `);
        expect(outside).toBe(0);
      }
    });
  });
});
