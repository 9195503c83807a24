// The page for people who do not see it or see it badly, who force its colours, or who want it to move less.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { FakeControls } from '#test/support/fake-sound';
import type { FakeStart } from '#test/support/fake-sound/start';
import { describeInChromium } from './chromium.ts';
import { fakePages } from './fake-pages.ts';

/** What people can use or read the value of, by the roles that browsers give it. */
const CONTROLS = [
  ...['button', 'link', 'slider', 'checkbox', 'radio', 'combobox', 'textbox', 'option'],
  ...['DisclosureTriangle', 'switch', 'meter', 'progressbar', 'spinbutton'],
];
/** Places and pictures, which a name tells from others of their kind. */
const NAMED = [...CONTROLS, 'article', 'region', 'dialog', 'complementary', 'image', 'img', 'log'];

interface Heard {
  readonly role: string;
  readonly name: string;
  readonly isFocusable: boolean;
}

/** The accessibility tree of the page, as a screen reader gets it. */
async function heardOn(page: Page): Promise<Heard[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties = [] }) => ({
      role: String(role?.value),
      name: String(name?.value ?? '').trim(),
      isFocusable: properties.some((each) => each.name === 'focusable' && each.value.value),
    }));
}

type Scene = (page: Page, fake: <T>(what: (controls: FakeControls) => T) => Promise<T>) => unknown;

async function unfold(page: Page): Promise<void> {
  for (const summary of await page.locator('summary').all()) await summary.click();
}

const listen: Scene = async (page, fake) => {
  await page.getByRole('button', { name: 'Listen to hifi' }).first().click();
  await fake(({ players }) => players[0]?.play(3));
};

/** The telephone as the gateway tells of it. */
const call =
  (state: 'ringing' | 'up'): Scene =>
  (page) =>
    page.evaluate(`
    fakeSound.gateway.message({ type: 'line', device: 0, isOffHook: false, use: 'inUse',
      telephones: [{ number: '23', pageName: 'A page' }], lastNumberDialed: '4711' });
    fakeSound.gateway.message({ type: 'telephone', device: 0, number: '23' });
    fakeSound.gateway.message({ type: 'call', device: 0, state: '${state}', sinceServerMs: 0 });
  `);

const scenes: readonly { when: string; start?: FakeStart; scene?: Scene }[] = [
  { when: 'it connects', start: { relay: { kind: 'connecting' } } },
  { when: 'it is live and all is unfolded', scene: unfold },
  {
    when: 'it plays and explains why it sounds so',
    scene: async (page, fake) => {
      await listen(page, fake);
      await page.getByRole('button', { name: 'Why does it' }).first().click();
    },
  },
  {
    when: 'the microphone was refused',
    start: { microphone: { kind: 'failed', code: 'denied', message: '' } },
    scene: (page) => page.getByRole('button', { name: 'Speak into hifi' }).first().click(),
  },
  { when: 'a telephone rings', scene: call('ringing') },
  { when: 'a call is up', scene: call('up') },
  {
    when: 'the gateway refuses it',
    start: { relay: { kind: 'refused', code: 'token', reason: 'The token was revoked.' } },
  },
  {
    when: 'the gateway went away',
    scene: (_, fake) =>
      fake(({ gateway }) =>
        gateway.become({ kind: 'waiting', retryAtMs: 5_000, reason: 'It went away.' }),
      ),
  },
];

describeInChromium('the page', () => {
  const pages = fakePages();

  it.each(scenes)(
    'tells a screen reader what each control is when $when',
    async ({ start, scene }) => {
      const { page, fake } = await pages.open(start);
      await scene?.(page, fake);
      const heard = await heardOn(page);
      expect(heard.filter(({ role, name }) => NAMED.includes(role) && name === '')).toEqual([]);
      // Whatever can be reached by keyboard says what it is.
      const vague = heard.filter(
        ({ role, name, isFocusable }) => isFocusable && (role === 'generic' || name === ''),
      );
      expect(vague).toEqual([]);
      const buttons = heard.filter(({ role }) => role === 'button').map(({ name }) => name);
      // The large button and the one on the card do the same.
      const repeated = buttons.filter((name) => buttons.filter((each) => each === name).length > 2);
      expect(repeated).toEqual([]);
      const controls = page.locator('button, input, select, summary, a[href]');
      const controlCount = await controls.filter({ visible: true }).count();
      const heardCount = heard.filter(({ role }) => CONTROLS.includes(role)).length;
      expect(heardCount).toBeGreaterThanOrEqual(controlCount);
    },
  );

  it('names every control and uses every id once', async () => {
    const { page, fake } = await pages.open();
    await pages.hear();
    await pages.button('Speak into hifi').click();
    await fake(({ players }) => players[0]?.play(1));
    await page.evaluate(
      "document.querySelectorAll('details').forEach((part) => (part.open = true))",
    );
    const nameless = await page.evaluate(`
      [...document.querySelectorAll('button, select, input, meter, progress, [role=img]')]
        .filter((control) => !control.hidden)
        .filter((control) => !(control.getAttribute('aria-label') || control.innerText?.trim()
          || [...(control.labels ?? [])].some((label) => label.innerText.trim())))
        .map((control) => control.outerHTML)
    `);
    expect(nameless).toEqual([]);
    const twice = await page.evaluate(`
      [...document.querySelectorAll('[id]')].map(({ id }) => id)
        .filter((id, index, all) => all.indexOf(id) !== index)
    `);
    expect(twice).toEqual([]);
    const dangling = await page.evaluate(`
      [...document.querySelectorAll('[aria-labelledby], [aria-describedby], label[for]')]
        .flatMap((element) => ['aria-labelledby', 'aria-describedby', 'for']
          .map((name) => element.getAttribute(name)).filter(Boolean))
        .filter((id) => !document.getElementById(id))
    `);
    expect(dangling).toEqual([]);
  });

  it('tells what it hears and says, and nothing of levels and delays', async () => {
    const { page, fake } = await pages.open();
    const log = page.getByRole('log');
    await pages.hear();
    await pages.button('Speak into hifi').click();
    await expect
      .poll(() => log.innerText())
      .toBe('Listening to hifi. Your microphone is on: hifi.');
    const count = `(() => {
      globalThis.spoken = 0;
      for (const part of document.querySelectorAll('[aria-live], [role=alert]')) {
        new MutationObserver(() => spoken++).observe(part, {
          childList: true, subtree: true, characterData: true,
        });
      }
    })()`;
    await page.evaluate(count);
    await fake(({ players }) => players[0]?.play(5));
    await page.getByText(/^\d+ ms behind$/).waitFor();
    expect(await page.evaluate('globalThis.spoken')).toBe(0);
  });

  it('has one heading of the first rank, and none that skips a rank', async () => {
    const { page } = await pages.open();
    await pages.hear();
    const ranks = (await page.evaluate(
      "[...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]))",
    )) as number[];
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
    ranks.forEach((rank, index) => {
      expect(rank - (ranks[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  it.each(['light', 'dark'] as const)(
    'stays readable in the forced colours of a %s system, and shows what is pressed',
    async (colorScheme) => {
      const { page, fake } = await pages.open({}, { forcedColors: 'active', colorScheme });
      await listen(page, fake);
      await call('up')(page, fake);
      await page.getByRole('button', { name: 'Why does it' }).first().click();
      const mute = page.getByRole('button', { name: 'Mute everything' });
      const lookOf = () => mute.evaluate((button) => getComputedStyle(button).backgroundColor);
      const before = await lookOf();
      await mute.focus();
      await page.keyboard.press('Space');
      expect(await lookOf()).not.toBe(before);
      expect(await page.evaluate(poorContrasts)).toEqual([]);
    },
  );

  it.each(['dark', 'light'] as const)('has enough contrast when %s', async (colorScheme) => {
    const { page } = await pages.open({}, { colorScheme });
    const contrast = (await page.evaluate(`(() => {
      const style = getComputedStyle(document.documentElement);
      const rgb = (name) => {
        const text = style.getPropertyValue(name).trim().slice(1);
        return [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16) / 255);
      };
      const light = (name) => rgb(name)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
      const ratio = (one, other) => {
        const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
      };
      return [
        ['--ink', '--ground'], ['--ink', '--surface'], ['--quiet', '--ground'],
        ['--quiet', '--surface'], ['--quiet', '--raised'], ['--accent', '--surface'],
        ['--on-accent', '--accent'], ['--accent-strong', '--accent-faint'],
        ['--on-speak', '--speak'], ['--speak', '--speak-faint'],
      ].map(([one, other]) => [one + ' on ' + other, ratio(one, other)]);
    })()`)) as [string, number][];
    expect(contrast.filter(([, ratio]) => !(ratio >= 4.5))).toEqual([]);
  });

  it('moves less for people who want that', async () => {
    const { page, fake } = await pages.open({}, { reducedMotion: 'reduce' });
    await pages.hear();
    await fake(({ players }) => players[0]?.play(1));
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });
});

/** In the page: the text and bars that hardly differ from what is behind them. */
const poorContrasts = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      if ((channels(backgroundColor)[3] ?? 1) > 0.5) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const hasText = (element) =>
    Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const isShown = (element) => element.checkVisibility({ opacityProperty: true });
  const texts = Array.from(document.body.querySelectorAll('*'))
    .filter((element) => hasText(element) && isShown(element) && !element.closest(':disabled'))
    .filter((element) => contrast(getComputedStyle(element).color, behind(element)) < 4.5);
  const bars = Array.from(document.querySelectorAll('.bars span')).filter(
    (bar) => contrast(getComputedStyle(bar).backgroundColor, behind(bar.parentElement)) < 3,
  );
  return [...texts, ...bars].map((each) => each.outerHTML.slice(0, 120));
})()`;
