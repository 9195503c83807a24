// A page that was opened with a token for listening: what it lets a person do, what it says of the rest, how it ends
// when the token is revoked, and the way back in through the door.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Configuration, configurationFrom } from '#server/config';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { addToken, revokeToken } from '#server/wiring/token-admin';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { describeInChromium, launchChromium } from './chromium.ts';

const root = path.resolve(import.meta.dirname, '../..');

describeInChromium('a page with a token for listening', () => {
  let browser: Browser;
  let page: Page;
  let gateway: Gateway;
  let configuration: Configuration;
  let otherSite: Server;
  let folder = '';
  let tokenFile = '';
  let link = '';

  beforeAll(async () => {
    const { buildPage }: { buildPage: () => Promise<number> } = await import(
      path.join(root, 'scripts/lib/build.mjs')
    );
    expect(await buildPage()).toBe(0);
    folder = await mkdtemp(path.join(tmpdir(), 'af-listen-only-'));
    tokenFile = path.join(folder, 'tokens.json');
    const token = addToken(tokenFile, { name: 'kitchen', role: 'listen' }, Date.now());
    const httpPort = await freePort();
    link = `http://127.0.0.1:${httpPort}/?token=${token}`;
    configuration = configurationFrom({
      ...{ serverNumber: await freeServerNumber(), httpPort, unixSocket: false },
      ...{ requireToken: true, tokenFile },
    });
    gateway = await startGateway(configuration, silentLog);
    otherSite = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      const bare = link.replace(/\?.*/, '');
      response.end(`<a href="${link}">Listen with me</a><a href="${bare}">Come back</a>`);
    });
    await new Promise<void>((resolve) => otherSite.listen(0, '127.0.0.1', resolve));
    browser = await launchChromium();
    page = await browser.newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    otherSite?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens by a link on another site, and keeps the token out of the address', async () => {
    await page.goto(`http://localhost:${(otherSite.address() as AddressInfo).port}/`);
    await page.getByRole('link', { name: 'Listen with me' }).click();
    await page.getByRole('status').filter({ hasText: 'The gateway is live.' }).waitFor();
    expect(page.url()).toBe(link.replace(/\?.*/, ''));
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  });

  it('opens by a link without the token, on another site, for who has been there before', async () => {
    await page.goto(`http://localhost:${(otherSite.address() as AddressInfo).port}/`);
    await page.getByRole('link', { name: 'Come back' }).click();
    await page.getByRole('status').filter({ hasText: 'The gateway is live.' }).waitFor();
  });

  it('lets its visitor listen, but neither speak nor set anything, and says why', async () => {
    await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
    await page.getByRole('button', { name: 'Stop listening to hifi' }).first().waitFor();
    const speaking = page.getByRole('button', { name: 'Speak into hifi' });
    expect(await speaking.count()).toBe(2);
    for (const button of await speaking.all()) {
      expect(await button.isDisabled()).toBe(true);
      expect(await button.getAttribute('title')).toBe('Your link does not let you speak');
    }
    const hint = page.getByRole('region', { name: 'Listen and speak' });
    expect(await hint.innerText()).toContain('Ask whoever runs the gateway for a link that does.');
    await page.keyboard.press('s');
    await page.getByRole('alert').filter({ hasText: 'does not let you speak' }).waitFor();
    const card = page.getByRole('article', { name: 'hifi' });
    await card.getByText('Settings').click();
    expect(await card.getByLabel('Output gain').isDisabled()).toBe(true);
    expect(await card.innerText()).toContain('does not let you set devices, play files or');
    expect(await card.getByRole('button', { name: 'Play a file' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Call phone' }).isDisabled()).toBe(true);
    await page.getByText('No calls from here').waitFor();
  });

  it('says that it is no longer let in when the token is revoked', async () => {
    revokeToken(tokenFile, 'kitchen');
    const banner = page.getByRole('region', { name: 'State of the gateway' });
    await banner.getByText('The token was revoked').waitFor();
    expect(await banner.innerText()).toContain('or ask whoever runs it for another');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: /^(Listen|Stop|Speak|Call)/ }).count()).toBe(0);
  });

  it('leads to the door from there, which takes another link, by keyboard alone', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      // That a page is answered by 401 is said as an error too.
      if (message.type() === 'error' && !message.text().includes('401')) {
        complaints.push(message.text());
      }
    });
    await page.getByRole('button', { name: 'Sign in' }).focus();
    await page.keyboard.press('Enter');
    const headline = page.getByRole('heading', { level: 1 });
    await headline.filter({ hasText: 'That token does not open this gateway.' }).waitFor();
    const field = page.getByLabel('Token, or the whole link');
    for (const { colorScheme, width } of [
      { colorScheme: 'light', width: 1280 },
      { colorScheme: 'dark', width: 320 },
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(colorScheme === 'light' ? 'rgb(243, 245, 244)' : 'rgb(13, 19, 18)');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    // What the heading says is read aloud with the field, which has the focus.
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await expect(field.ariaSnapshot()).resolves.toContain('textbox "Token, or the whole link"');
    await page.keyboard.type('not a token');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    expect(await page.title()).toBe('That token does not open this gateway · AudioFile gateway');
    const token = addToken(tokenFile, { name: 'attic', role: 'listen' }, Date.now());
    // The gateway notices by itself, but only a moment later.
    gateway.reload(configuration);
    await field.fill(`https://elsewhere.example/?token=${token}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'The gateway is live.' }).waitFor();
    expect(page.url()).toBe(link.replace(/\?.*/, ''));
    expect(complaints).toEqual([]);
  });
});
