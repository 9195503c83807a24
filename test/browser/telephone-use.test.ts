// What people do with the telephone of the page, with the mouse, with a finger, with keys alone and with a screen
// reader; with a stand-in for the sound side and for the gateway.
import { expect, it } from 'vitest';
import type { VoiceMessage } from '#shared/relay/voice-message';
import { describeInChromium } from './chromium.ts';
import { fakePages } from './fake-pages.ts';

describeInChromium('the telephone in use', () => {
  const pages = fakePages();
  const { button } = pages;

  const key = (digit: string) => pages.opened.page.locator(`[data-digit="${digit}"]`);
  const headline = () => pages.opened.page.locator('.display-call b').innerText();
  const digits = () => pages.opened.page.locator('.display-digits [aria-hidden]').innerText();

  async function open(...options: Parameters<typeof pages.open>) {
    const opened = await pages.open(...options);
    await opened.fake(({ gateway }) =>
      gateway.message({
        ...{ type: 'line', device: 0, isOffHook: false, use: 'free' },
        ...{ telephones: [], lastNumberDialed: '' },
      }),
    );
    return opened;
  }

  type CallState = 'none' | 'calling' | 'ringing' | 'up';

  /** What the gateway says of this page's call. */
  async function becomes(state: CallState): Promise<void> {
    // The page has no variables of the test's.
    await pages.opened.page.evaluate(
      `fakeSound.gateway.message({ type: 'call', device: 0, state: '${state}',
        sinceServerMs: fakeSound.nowMs, ...('${state}' === 'none' && { ended: 'hungUp' }) })`,
    );
  }

  const sentKeys = () =>
    pages.opened.fake(({ gateway }) =>
      gateway.sent.flatMap((each) =>
        each.type === 'key' ? [`${each.digit}${each.isDown ? '+' : '-'}`] : [],
      ),
    );

  it('has keys that are down as long as mouse, finger or space bar hold them', async () => {
    const { page, fake, until } = await open({}, { hasTouch: true });
    await button('Call phone').click();
    await becomes('up');
    await key('5').hover();
    await page.mouse.down();
    await until(({ phoneTones }) => phoneTones[0]?.keysDown === '5');
    // A finger that slides off lets go where it leaves the screen.
    await page.mouse.move(0, 0);
    expect(await sentKeys()).toEqual(['5+']);
    await page.mouse.up();
    await key('#').tap();
    await key('*').focus();
    await page.keyboard.down(' ');
    expect((await sentKeys()).at(-1)).toBe('*+');
    await page.keyboard.up(' ');
    expect(await sentKeys()).toEqual(['5+', '5-', '#+', '#-', '*+', '*-']);
    expect(await digits()).toBe('5#*');
    expect(await fake(({ phoneTones }) => phoneTones[0]?.keysDown)).toBe('');
  });

  it('is used by keys alone: digits while a call is up or the focus is in it, Escape and H', async () => {
    const { page, fake } = await open();
    await page.keyboard.press('1');
    expect(await page.evaluate('document.activeElement.id')).toBe('device-1');
    await button('Call phone').focus();
    for (const name of ['4', '7', 'Backspace', '2']) await page.keyboard.press(name);
    expect(await digits()).toBe('42');
    await page.keyboard.press('Enter');
    await becomes('up');
    expect(await sentKeys()).toEqual(['4+', '4-', '2+', '2-']);
    await page.getByRole('heading', { name: 'Devices' }).focus();
    await page.keyboard.press('#');
    expect((await sentKeys()).slice(-2)).toEqual(['#+', '#-']);
    await page.locator('summary', { hasText: 'Numbers' }).click();
    await page.getByLabel('Rings here as number').pressSequentially('12');
    expect(await sentKeys()).toHaveLength(6);
    // What explains the sound is closed first.
    await page.getByRole('heading', { name: 'Devices' }).focus();
    await button('Listen to hifi').click();
    await fake(({ players }) => players.at(-1)?.play(1));
    await page.keyboard.press('w');
    await page.getByRole('complementary').waitFor();
    await page.keyboard.press('Escape');
    expect(await headline()).toBe('Connected');
    await page.keyboard.press('h');
    expect(await fake(({ gateway }) => gateway.sent.at(-1))).toEqual({ type: 'hangUp', device: 0 });
    await becomes('none');
    expect(await headline()).toBe('The call is over');
  });

  it('rings in the title, in a bar wherever the page is scrolled to, and aloud', async () => {
    const { page, fake, until } = await open({}, { viewport: { width: 390, height: 700 } });
    await becomes('ringing');
    const bar = page.getByRole('alert');
    expect(await bar.innerText()).toContain('Ringing … Somebody calls on phone.');
    expect(await page.title()).toBe('Ringing … · phone');
    await until(({ phoneTones }) => phoneTones[0]?.signal === 'ring');
    expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
    await bar.getByRole('button', { name: 'Answer' }).click();
    await becomes('up');
    await bar.waitFor({ state: 'detached' });
    expect(await fake(({ gateway }) => gateway.sent.map(({ type }) => type))).toEqual(['answer']);
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^Hang up/);
    await page.getByText('Telephone phone: Connected.').waitFor({ state: 'attached' });
    await page.evaluate('scrollTo(0, 0)');
    const call = page.getByRole('group', { name: 'Call on phone' });
    await call.getByRole('button', { name: 'Hang up' }).click();
    await becomes('none');
    await call.waitFor({ state: 'detached' });
    expect(await page.title()).toBe('AudioFile gateway');
  });

  it('goes on with hearing alone where there is no microphone, and says so', async () => {
    const { page, fake } = await open({
      microphone: { kind: 'failed', code: 'denied', message: 'no' },
    });
    await button('Call phone').click();
    await becomes('up');
    await page
      .getByText('The microphone was refused. The call goes on: you hear the other end')
      .waitFor();
    await button(/^Try again/).click();
    expect(await fake(({ microphones }) => microphones.length)).toBe(2);
  });

  it('takes a number, says who else has one, and why it cannot have another’s', async () => {
    const { page, fake } = await open();
    await page.locator('summary', { hasText: 'Numbers' }).click();
    const field = page.getByLabel('Rings here as number');
    await field.fill('23');
    await field.press('Enter');
    expect(await fake(({ gateway }) => gateway.sent.at(-1))).toMatchObject({ number: '23' });
    await fake(({ gateway }) =>
      gateway.message({ type: 'refused', code: 'numberTaken', message: 'It is the kitchen’s.' }),
    );
    await page.getByText('It is the kitchen’s.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('alert').count()).toBe(0);
    await fake(({ gateway }) => {
      gateway.message({
        ...{ type: 'line', device: 0, isOffHook: false, use: 'free', lastNumberDialed: '4711' },
        telephones: [{ number: '24', pageName: 'The kitchen' }],
      });
      gateway.message({ type: 'telephone', device: 0, number: '24' });
    });
    await page.getByText('The kitchen (this page)').waitFor();
    await page.getByText('The last number that was dialed is 4711.').waitFor();
    await page.getByText('This is 24').waitFor();
  });

  it('mutes the microphone, and says that a call is over when the gateway goes away', async () => {
    const { page, fake, until } = await open();
    await button('Call phone').click();
    await becomes('up');
    const mute = button('Mute my microphone on phone');
    await mute.click();
    await until(({ microphones }) => microphones[0]?.isHeld === true);
    expect(await mute.getAttribute('aria-pressed')).toBe('true');
    await mute.click();
    await until(({ microphones }) => microphones[0]?.isHeld === false);
    await fake(({ gateway }) =>
      gateway.become({ kind: 'waiting', retryAtMs: 9_000, reason: 'It went away.' }),
    );
    await page.getByText('The gateway went away, and calls do not outlive that.').first().waitFor();
    expect(await button('Call phone').getAttribute('aria-disabled')).toBe('true');
  });

  it('has its keys, its call and the messages in the width of a small phone', async () => {
    const width = 320;
    const messages: VoiceMessage[] = [0, 30, 300].map((hours) => {
      const receivedAt = new Date(Date.now() - hours * 3_600_000).toISOString();
      return { id: `message ${hours}`, receivedAt, durationSeconds: 72, byteCount: 1 };
    });
    const { page } = await open({}, { viewport: { width, height: 700 } });
    await page.route('**/api/messages', (route) => route.fulfill({ json: { messages } }));
    await page.reload();
    await page.getByRole('region', { name: 'Messages' }).getByText('3 new').waitFor();
    await page.getByLabel('Keys A to D').check();
    await button(/^Delete the message of/).click();
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^Delete/);
    await becomes('up');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await button('Keep it').click();
    const rows = page.getByRole('region', { name: 'Messages' }).getByRole('listitem');
    expect(await rows.filter({ hasText: '1 minute 12 seconds' }).count()).toBe(3);
  });
});
