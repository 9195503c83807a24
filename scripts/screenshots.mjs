// node scripts/screenshots.mjs: takes the pictures of the page in docs/screenshots, with a stand-in for the
// sound side, so that they are the same each time.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { compile } from './lib/build.mjs';
import { chromiumPath as executablePath } from './lib/chromium.mjs';
import { serveFakePage } from './lib/fake-page.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { root, say } from './lib/run.mjs';

/** Enough music for the whole width of a picture of the sound. */
const MUSIC_SECONDS = 9;

const sizes = {
  wide: { width: 1280, height: 860 },
  narrow: { width: 390, height: 844 },
};

/** Somebody plays on two of the devices. */
const somebodyPlays = `
  fakeSound.gateway.message({ type: 'playing', device: 2, clients: [{ index: 3, peer: '192.168.1.20' }] });
  fakeSound.gateway.message({ type: 'playing', device: 1, clients: [{ index: 5, peer: 'this machine' }] });
`;

/** The line of the telephone, and what this page's call on it is. */
const line = `
  globalThis.line = (more) => fakeSound.gateway.message({
    type: 'line', device: 0, isOffHook: false, use: 'free', lastNumberDialed: '4711',
    telephones: [{ number: '23', pageName: 'Chrome on Linux' }, { number: '24', pageName: 'Safari on an iPhone' }],
    ...more,
  });
  globalThis.call = (state, more) => fakeSound.gateway.message({
    type: 'call', device: 0, state, sinceServerMs: fakeSound.nowMs - 83_000, ...more,
  });
  line({});
  fakeSound.gateway.message({ type: 'telephone', device: 0, number: '23' });
`;

/** @typedef {import('playwright-core').Page} Page */
/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();

/**
 * The page's own policy forbids what playwright would wait by.
 * @param {Page} page @param {string} condition
 */
async function until(page, condition) {
  while (!(await page.evaluate(condition))) await page.waitForTimeout(20);
}

/**
 * What was drawn is on the screen after two frames, and the page has taken notice of all sizes.
 * @param {Page} page
 */
async function settle(page) {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
}

/** @param {Page} page */
async function idle(page) {
  await page.evaluate(somebodyPlays);
  await page.evaluate(line);
}

/** @param {Page} page */
async function playing(page) {
  await idle(page);
  await press(page, 'Listen to hifi');
  await page.locator('.scope canvas').waitFor();
  await page.evaluate("fakeSound.players[0].become('playing')");
  await page.locator('.scope canvas').scrollIntoViewIfNeeded();
  await until(page, 'fakeSound.players[0].watcherCount === 2');
  await settle(page);
  await page.evaluate(`fakeSound.players[0].play(${MUSIC_SECONDS})`);
}

/** @param {Page} page */
async function spectrogram(page) {
  await page.getByText('Spectrogram').click();
  await playing(page);
}

/** @param {Page} page */
async function why(page) {
  await playing(page);
  await page.evaluate(`
    fakeSound.players[0].play(48, {
      ...fakeSound.usualReport, networkMs: 31, bufferMs: 118, targetMs: 120, underrunCount: 2, droppedFrameCount: 3,
    });
  `);
  await page.getByRole('button', { name: 'Why does it sound like this?' }).click();
  await page.locator('.curve canvas').waitFor();
  await page.evaluate(
    'fakeSound.players[0].play(0.02, { ...fakeSound.usualReport, networkMs: 31, bufferMs: 118, targetMs: 120, underrunCount: 2, droppedFrameCount: 3 })',
  );
}

/** @param {Page} page */
async function speaking(page) {
  await playing(page);
  await press(page, 'Speak into codec');
  await page
    .getByRole('meter', { name: 'Level of your microphone' })
    .waitFor({ state: 'attached' });
  await until(page, 'fakeSound.microphones[0].watcherCount === 1');
  await page.evaluate('fakeSound.microphones[0].level({ peak: 0.4, rms: 0.12 })');
}

/** @param {Page} page */
async function reconnecting(page) {
  await playing(page);
  await page.evaluate(`
    fakeSound.gateway.become({ kind: 'waiting', retryAtMs: 1_000 + 9_000 + 4_000, reason: 'The gateway cannot be reached.' });
    fakeSound.players[0].become('waiting');
  `);
}

/** When the pictures are taken. */
const PICTURE_TIME_MS = Date.UTC(2026, 10, 20, 14, 30);

/** What three callers left. @param {Page} page */
async function leaveMessages(page) {
  const message = (/** @type {number} */ hoursAgo, /** @type {number} */ durationSeconds) => {
    const receivedAt = new Date(PICTURE_TIME_MS - hoursAgo * 3_600_000).toISOString();
    return { id: `${receivedAt}`, receivedAt, durationSeconds, byteCount: 8_000 * durationSeconds };
  };
  await page.clock.setFixedTime(PICTURE_TIME_MS);
  const messages = [message(0.5, 12.4), message(5, 72), message(26, 5)];
  const preferences = { heardMessages: messages.slice(-1).map(({ id }) => id) };
  await page.addInitScript(
    `localStorage.setItem('audiofile-gateway', '${JSON.stringify(preferences)}')`,
  );
  await page.route('**/api/messages', (route) => route.fulfill({ json: { messages } }));
}

/** From its upper edge on, with neither focus nor mouse in it. @param {Page} page */
async function showTelephone(page) {
  await page.mouse.move(0, 0);
  await page.evaluate(`
    document.activeElement.blur();
    document.getElementById('device-0').scrollIntoView({ block: 'start' });
    scrollBy(0, -16);
  `);
}

/** @param {Page} page */
async function ringing(page) {
  await idle(page);
  await page.evaluate("line({ use: 'inUse' }); call('ringing')");
  await showTelephone(page);
}

/** @param {Page} page */
async function calling(page) {
  await idle(page);
  await press(page, 'Call phone');
  await page.evaluate("line({ use: 'inUse', isOffHook: true }); call('up')");
  for (const digit of '42') await page.keyboard.press(digit);
  await page.evaluate(
    "fakeSound.gateway.message({ type: 'key', device: 0, digit: '1', isDown: true })",
  );
  await page.getByRole('timer').first().waitFor();
  await showTelephone(page);
  await until(page, 'fakeSound.microphones[0].watcherCount === 1');
  await page.evaluate('fakeSound.microphones[0].level({ peak: 0.4, rms: 0.12 })');
}

/** @type {{ scene: (page: Page) => Promise<void>, size: keyof typeof sizes, scheme: 'light' | 'dark' }[]} */
const pictures = [
  { scene: idle, size: 'wide', scheme: 'light' },
  { scene: idle, size: 'narrow', scheme: 'light' },
  { scene: playing, size: 'wide', scheme: 'light' },
  { scene: playing, size: 'wide', scheme: 'dark' },
  { scene: spectrogram, size: 'wide', scheme: 'dark' },
  { scene: spectrogram, size: 'narrow', scheme: 'dark' },
  { scene: speaking, size: 'narrow', scheme: 'light' },
  { scene: ringing, size: 'wide', scheme: 'light' },
  { scene: ringing, size: 'narrow', scheme: 'dark' },
  { scene: calling, size: 'wide', scheme: 'dark' },
  { scene: calling, size: 'narrow', scheme: 'light' },
  { scene: why, size: 'wide', scheme: 'light' },
  { scene: why, size: 'wide', scheme: 'dark' },
  { scene: why, size: 'narrow', scheme: 'dark' },
  { scene: reconnecting, size: 'wide', scheme: 'light' },
  { scene: reconnecting, size: 'narrow', scheme: 'dark' },
];

await ensureInstalled();
if ((await compile(['server'])) !== 0) process.exit(1);
const headersOfGateway = '../dist/server/http/security-headers.js';
const { securityHeaders } = await import(headersOfGateway);
const host = await serveFakePage(securityHeaders);

if (executablePath === undefined) {
  say('No Chromium or Google Chrome was found: install one and try again.');
  process.exit(1);
}
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const folder = path.join(root, 'docs/screenshots');
mkdirSync(folder, { recursive: true });
const only = process.argv[2] ?? '';
for (const { scene, size, scheme } of pictures) {
  const name = `${scene.name}-${size}-${scheme}.png`;
  if (!name.includes(only)) continue;
  const page = await browser.newPage({
    ...{ viewport: sizes[size], colorScheme: scheme, timezoneId: 'UTC', locale: 'en-GB' },
  });
  if (scene === ringing || scene === calling) await leaveMessages(page);
  await page.goto(host.url);
  await page.getByText('version').waitFor();
  await scene(page);
  await settle(page);
  await page.screenshot({ path: path.join(folder, name), animations: 'disabled' });
  await page.close();
  say(`wrote docs/screenshots/${name}`);
}
await browser.close();
await host.close();
