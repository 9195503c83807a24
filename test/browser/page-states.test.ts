// What the page shows and says in each state of the gateway, the sound and the microphone; with a stand-in for the
// sound side.
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInChromium } from './chromium.ts';
import { fakePages } from './fake-pages.ts';

describeInChromium('the states of the page', () => {
  const pages = fakePages();
  const { open } = pages;

  const status = () => pages.opened.page.getByRole('status');

  it('says that it connects', async () => {
    const { page } = await open({ relay: { kind: 'connecting' } });
    expect(await status().innerText()).toBe('Connecting to the gateway …');
    expect(await page.getByRole('button', { name: 'Listen to a device' }).isDisabled()).toBe(true);
    await page.getByText('They appear as soon as the gateway answers').waitFor();
  });

  it('is live, with the gateway’s name and version and a card for each device', async () => {
    const { page } = await open();
    expect(await status().innerText()).toBe('The gateway is live.');
    expect(await page.getByRole('banner').innerText()).toMatch(
      /on 127\.0\.0\.1 · version 0\.1\.0 · up for 3 hours 5 minutes\s+Live/,
    );
    expect(await page.getByRole('article').getByRole('heading').allInnerTexts()).toEqual([
      'hifi',
      'phone',
      'codec',
      'left',
      'right',
    ]);
    const card = page.getByRole('article', { name: 'hifi' });
    expect(await card.innerText()).toContain('48 kHz · stereo · lin16');
  });

  it('counts down to the next try, tries at once when asked, and keeps the devices', async () => {
    const { page, fake, until } = await open();
    await fake(({ gateway }) =>
      gateway.become({
        kind: 'waiting',
        retryAtMs: 5_000,
        reason: 'The gateway cannot be reached.',
      }),
    );
    await status().filter({ hasText: 'The gateway went away.' }).waitFor();
    await page.getByText('Trying again in 4 s').waitFor();
    await fake(({ passTime }) => passTime(1_500));
    await page.getByText('Trying again in 3 s').waitFor();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await until(({ gateway }) => gateway.retryCount === 1);
    expect(await page.getByRole('article').count()).toBe(5);
    await fake(({ gateway }) => gateway.become({ kind: 'live' }));
    await status().filter({ hasText: 'The gateway is live.' }).waitFor();
  });

  it.each([
    ['token', 'The token is wrong.', 'Open the link that the gateway printed when it started'],
    ['version', 'The page speaks 1, the gateway 2.', 'Reload the page.'],
    ['other', 'It does not say why.', 'the log of the gateway says more'],
  ] as const)('says what to do when it is refused for its %s', async (code, reason, toDo) => {
    const { page } = await open({ relay: { kind: 'refused', code, reason } });
    const banner = page.getByRole('region', { name: 'State of the gateway' });
    expect(await banner.innerText()).toContain(reason);
    expect(await banner.innerText()).toContain(toDo);
    expect(await page.getByRole('button').allInnerTexts()).toEqual([
      code === 'token' ? 'Sign in' : 'Reload the page',
    ]);
  });

  it('offers nothing but the way back in once it is refused, and leads the focus there', async () => {
    const { page, fake } = await open();
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await fake(({ gateway }) =>
      gateway.become({ kind: 'refused', code: 'token', reason: 'The token was revoked.' }),
    );
    const signIn = page.getByRole('button', { name: 'Sign in' });
    await signIn.waitFor();
    expect(await signIn.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await page.getByRole('button').count()).toBe(1);
    expect(await page.getByRole('article').count()).toBe(0);
    expect(await page.getByRole('banner').innerText()).not.toMatch(/up for|away/);
    const playerCount = await fake(({ players }) => players.length);
    for (const key of 'ls2') await page.keyboard.press(key);
    expect(await fake(({ players }) => players.length)).toBe(playerCount);
    const loaded = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await loaded;
    await page.getByRole('button', { name: 'Stop listening to hifi' }).first().waitFor();
  });

  it('says for how long the gateway runs while it is there, and that it is away while it is not', async () => {
    const { page, fake } = await open();
    const banner = page.getByRole('banner');
    await banner.getByText('up for 3 hours 5 minutes').waitFor();
    await fake(({ passTime }) => passTime(2 * 60_000));
    await banner.getByText('up for 3 hours 7 minutes').waitFor();
    await fake(({ gateway }) =>
      gateway.become({ kind: 'waiting', retryAtMs: 0, reason: 'It went away.' }),
    );
    await banner.getByText('· away').waitFor();
    await fake(({ gateway }) => gateway.become({ kind: 'connecting' }));
    expect(await banner.innerText()).not.toContain('up for');
    await fake(({ gateway }) => gateway.become({ kind: 'live' }));
    await banner.getByText('up for 3 hours 5 minutes').waitFor();
  });

  it('asks for the click that the browser wants, and then plays', async () => {
    const { page, until } = await open({ player: 'needsGesture' });
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await page.getByText('Your browser is waiting for you.').waitFor();
    await page.getByRole('button', { name: 'Press to hear', exact: true }).click();
    await until(({ players }) => players[0]?.player.state === 'silent');
    await page.getByText('Your browser is waiting for you.').waitFor({ state: 'detached' });
  });

  it.each([
    ['insecure', 'Browsers give one only to pages that came over https'],
    ['denied', 'Allow it beside the address of the page'],
    ['missing', 'Plug one in'],
    ['lost', 'nobody hears you now'],
    ['other', 'Close other programs that use it'],
  ] as const)('says what to do about a microphone that is %s', async (code, words) => {
    const { page } = await open({ microphone: { kind: 'failed', code, message: '' } });
    await page.getByRole('button', { name: 'Speak into hifi' }).first().click();
    const alert = page.getByRole('article', { name: 'hifi' }).getByRole('alert');
    expect(await alert.innerText()).toContain(words);
    // The card may be out of sight.
    const happened = (await alert.locator('.headline').innerText()).replace(/\.$/, '');
    const large = page.getByRole('region', { name: 'Listen and speak' });
    await large.getByText(happened, { exact: true }).waitFor();
    // It can be tried again.
    await page.getByRole('button', { name: 'Speak into hifi' }).first().waitFor();
  });

  it('says that a device which was listened to is gone', async () => {
    const { page, fake } = await open();
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await fake(({ gateway, fakeDevices }) =>
      gateway.list(fakeDevices.filter(({ name }) => name !== 'hifi')),
    );
    const alert = page.getByRole('alert');
    expect(await alert.innerText()).toContain('The device “hifi” was removed.');
    expect(await fake(({ players }) => players[0]?.isStopped)).toBe(true);
    await alert.getByRole('button').click();
    await alert.waitFor({ state: 'detached' });
  });

  it('says who plays, and that nobody can tell while the gateway is away', async () => {
    const { page, fake } = await open();
    const who = page.getByRole('article', { name: 'codec' }).locator('.who');
    expect(await who.innerText()).toBe('Nothing plays');
    await fake(({ gateway }) =>
      gateway.message({
        type: 'playing',
        device: 1,
        clients: [
          { index: 3, peer: '10.0.0.7' },
          { index: 4, peer: '' },
        ],
      }),
    );
    await who.filter({ hasText: 'Playing: client 3 (10.0.0.7) and client 4' }).waitFor();
    await fake(({ gateway }) =>
      gateway.become({ kind: 'waiting', retryAtMs: 0, reason: 'It went away.' }),
    );
    await who.filter({ hasText: 'not known' }).waitFor();
  });

  it('leads the focus on when a notice goes away: to another one, else to where it came from', async () => {
    const { page, fake } = await open();
    const buttons = page.locator('.notices button');
    const hasFocus = (locator: Locator) =>
      locator.evaluate((element) => element === document.activeElement);
    for (const name of ['codec', 'left']) {
      await page.getByRole('button', { name: `Listen to ${name}` }).click();
    }
    const speak = page.getByRole('button', { name: 'Speak into hifi' }).first();
    await speak.focus();
    await fake(({ gateway, fakeDevices }) =>
      gateway.list(fakeDevices.filter(({ name }) => name !== 'codec' && name !== 'left')),
    );
    await buttons.nth(1).focus();
    await page.keyboard.press('Enter');
    await buttons.nth(1).waitFor({ state: 'detached' });
    expect(await hasFocus(buttons)).toBe(true);
    await page.keyboard.press('Enter');
    await buttons.waitFor({ state: 'detached' });
    expect(await hasFocus(speak)).toBe(true);
    const refuse = (message: string) =>
      page.evaluate(
        `fakeSound.gateway.message({ type: 'refused', code: 'range', message: '${message}' })`,
      );
    await refuse('Too high.');
    await buttons.focus();
    // It takes the place of the one before it.
    await refuse('Too low.');
    await page.getByText('Too low.').waitFor();
    expect(await hasFocus(buttons)).toBe(true);
    await fake(({ gateway }) => gateway.list([]));
    await page.keyboard.press('Enter');
    await buttons.waitFor({ state: 'detached' });
    expect(await hasFocus(page.getByRole('heading', { name: 'Devices' }))).toBe(true);
  });

  it('passes on what the gateway would not do', async () => {
    const { page, fake } = await open();
    await fake(({ gateway }) =>
      gateway.message({ type: 'refused', code: 'range', message: 'That gain is too high.' }),
    );
    expect(await page.getByRole('alert').innerText()).toContain('That gain is too high.');
  });
});
