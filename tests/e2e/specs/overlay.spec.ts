// The SDK's own cursors: how they move, rest, hide and go, and what the others can do with them.

import type { Browser } from '@playwright/test';
import { type Globals, page, Viewer } from '../support/surface.ts';
import { expect, test } from '../support/test.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
test.use({
  pages: {
    'window.html': page('<p>A window</p>', '{ idleAfter_ms: 800 }'),
    'long.html': page(
      `<div style="height: 4000px">A long page</div>`,
      "{ surface: 'document', label: (user) => `${user.name} ${" + `'${MARKUP}'` + '}` }',
    ),
    'swarm.html': page('<p>Many</p>', '{ track: false }'),
  },
});

const VIEW = { viewport: { width: 800, height: 600 } };

async function pair(browser: Browser, url: string): Promise<[Viewer, Viewer]> {
  const ada = await Viewer.open(browser, url, 'Ada', VIEW);
  return [ada, await Viewer.open(browser, url, 'Ben', VIEW)];
}

/** Where somebody's cursor is drawn at each animation frame, until it rests for a while. */
function frames(viewer: Viewer, other: Viewer): Promise<number[]> {
  return viewer.page.evaluate(async (id) => {
    const root = document.querySelector('[data-mote-cursors]')?.shadowRoot;
    const node = root?.querySelector(`.cursor[data-user="${id}"]`) as Element;
    const all: number[] = [];
    const next = () => new Promise(requestAnimationFrame);
    for (let resting = 0; resting < 30; resting += 1) {
      await next();
      all.push(node.getBoundingClientRect().left);
      if (all.length < 2 || all.at(-1) !== all.at(-2)) resting = all.length < 40 ? -40 : 0;
    }
    return all;
  }, other.id);
}

test('a cursor that is sent 20 times a second is drawn at every frame, without jumps', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/window.html`);
  await ada.page.mouse.move(80, 300);
  await ben.seesAt(ada, 80, 300);
  const drawn = frames(ben, ada);
  await ada.page.evaluate(async () => {
    const { room } = window as unknown as Globals;
    for (let i = 0; i <= 40; i += 1) {
      room.updateCursor({ x: 0.1 + 0.02 * i, y: 0.5 });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const places = await drawn;
  const steps = places.slice(1).map((x, i) => x - (places[i] as number));
  expect(Math.min(...steps), 'never back').toBeGreaterThanOrEqual(0);
  const isMoving = steps.map((step) => step > 0);
  const moving = isMoving.slice(isMoving.indexOf(true), isMoving.lastIndexOf(true));
  const standing = moving.filter((moves) => !moves).length;
  expect(standing / moving.length, 'two of three, if drawn where it came').toBeLessThan(0.3);
  await ben.seesAt(ada, 800 * 0.9, 300);
});

test('at rest no animation frame is asked for', async ({ browser, mote }) => {
  const [ada, ben] = await pair(browser, `${mote.url}/window.html`);
  await ada.page.mouse.move(80, 300);
  await ben.seesAt(ada, 80, 300);
  await expect(ben.cursorOf(ada)).toHaveAttribute('data-idle');
  const asked = await ben.page.evaluate(async () => {
    const ask = window.requestAnimationFrame.bind(window);
    const rest = () => new Promise((resolve) => setTimeout(resolve, 400));
    await rest();
    let count = 0;
    window.requestAnimationFrame = (act) => {
      count += 1;
      return ask(act);
    };
    await rest();
    return count;
  });
  expect(asked).toBe(0);
  await ada.page.mouse.move(90, 300);
  await ben.seesAt(ada, 90, 300);
  await expect(ben.cursorOf(ada)).not.toHaveAttribute('data-idle');
});

test('a cursor hides with its pointer and with the focus, and goes with its person', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/window.html`);
  await ada.page.mouse.move(80, 300);
  await expect(ben.cursorOf(ada)).toHaveCount(1);
  await ada.page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect(ben.cursorOf(ada)).toHaveCount(0);
  await ada.page.mouse.move(90, 300);
  await ben.seesAt(ada, 90, 300);
  await ada.page.evaluate(() =>
    document.documentElement.dispatchEvent(new PointerEvent('pointerleave')),
  );
  await expect(ben.cursorOf(ada)).toHaveCount(0);
  await ada.page.mouse.move(95, 300);
  await ben.seesAt(ada, 95, 300);
  await ada.page.context().close();
  await expect(ben.cursorOf(ada)).toHaveCount(0);
});

test('who wants less motion gets positions and no movements', async ({ browser, mote }) => {
  const url = `${mote.url}/window.html`;
  const ada = await Viewer.open(browser, url, 'Ada', VIEW);
  const ben = await Viewer.open(browser, url, 'Ben', { ...VIEW, reducedMotion: 'reduce' });
  await ada.page.mouse.move(80, 300);
  await ben.seesAt(ada, 80, 300);
  const drawn = frames(ben, ada);
  await ada.page.mouse.move(700, 300);
  const places = new Set((await drawn).map(Math.round));
  expect(places).toContain(700);
  expect([...places].filter((x) => x !== 80 && x !== 700)).toEqual([]);
  const style = await ben
    .cursorOf(ada)
    .locator('[part=look]')
    .evaluate((node) => {
      const { transitionProperty, animationName } = getComputedStyle(node);
      return [transitionProperty, animationName];
    });
  expect(style).toEqual(['none', 'none']);
});

test('a name is text, the overlay is decoration, and no rule of the page reaches it', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/long.html`);
  await ben.page.addStyleTag({ content: 'div { display: none; position: static; opacity: 0 }' });
  await ada.page.mouse.move(80, 300);
  await expect(ben.cursorOf(ada).locator('[part=label]')).toHaveText(`Ada ${MARKUP}`);
  const host = ben.page.locator('[data-mote-cursors]');
  await expect(host).toHaveAttribute('aria-hidden', 'true');
  await expect(host).toHaveCSS('position', 'fixed');
  await expect(host).toHaveCSS('display', 'block');
  await expect(host).toHaveCSS('pointer-events', 'none');
  await ben.page.addStyleTag({ content: '::part(label) { background: rgb(1, 2, 3) }' });
  const label = ben.cursorOf(ada).locator('[part=label]');
  await expect(label).toHaveCSS('background-color', 'rgb(1, 2, 3)');
});

test('what somebody says is shown at their cursor and is no event of the application', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/window.html`);
  await ben.page.evaluate(() => {
    const { room } = window as unknown as {
      room: { subscribe(name: 'event', told: (message: unknown) => void): void };
    };
    const events: unknown[] = [];
    room.subscribe('event', (message) => events.push(message));
    Object.assign(window, { events });
  });
  const say = (text: string | null) =>
    ada.page.evaluate((text) => (window as unknown as Globals).cursors.say(text), text);
  await ada.page.mouse.move(80, 300);
  const bubble = ben.cursorOf(ada).locator('[part=say]');
  for (const text of ['H', 'He', 'Hello <b>']) await say(text);
  await expect(bubble).toHaveText('Hello <b>');
  await expect(bubble).toBeVisible();
  await say(null);
  await expect(bubble).toBeHidden();
  await say('Bye');
  await expect(bubble).toHaveText('Bye');
  expect(await ben.page.evaluate('events')).toEqual([]);
});

test('following scrolls until one scrolls oneself', async ({ browser, mote }) => {
  const [ada, ben] = await pair(browser, `${mote.url}/long.html`);
  const top = () => ben.page.evaluate(() => Math.round(scrollY));
  const ended = () => ben.page.evaluate(() => (window as unknown as Globals).ended);
  const at = (y: number) =>
    ada.page.evaluate((y) => {
      (window as unknown as Globals).room.updateCursor({ x: 0.5, y: y / 4000 });
    }, y);
  await at(3000);
  const others = () =>
    ben.page.evaluate(() => (window as unknown as Globals).room.getOthers().length);
  await expect.poll(others).toBe(1);
  await ben.page.evaluate((id) => (window as unknown as Globals).cursors.follow(id), ada.id);
  await expect.poll(top, { message: 'the cursor is in the lower part' }).toBeGreaterThan(2500);
  await ben.seesAt(ada, 400, async () => 3000 - (await top()));
  await at(500);
  await expect.poll(top).toBeLessThan(400);
  expect(await ended()).toEqual([]);
  await ben.page.mouse.wheel(0, 10);
  await expect.poll(ended).toEqual([ada.id]);
  const rest = await top();
  await at(3500);
  await ben.seesAt(ada, 400, async () => 3500 - (await top()));
  expect(await top()).toBeLessThan(rest + 50);
  await ben.page.evaluate((id) => (window as unknown as Globals).cursors.follow(id), ada.id);
  await ada.page.context().close();
  await expect.poll(ended, { message: 'who leaves ends it' }).toEqual([ada.id, ada.id]);
});

test('the cursors can be hidden, and destroyed without a trace', async ({ browser, mote }) => {
  const [ada, ben] = await pair(browser, `${mote.url}/window.html`);
  await ada.page.mouse.move(80, 300);
  await ben.seesAt(ada, 80, 300);
  const hide = (isHidden: boolean) =>
    ben.page.evaluate((it) => (window as unknown as Globals).cursors.setHidden(it), isHidden);
  await hide(true);
  await expect(ben.page.locator('[data-mote-cursors]')).toBeHidden();
  await hide(false);
  await ben.seesAt(ada, 80, 300);
  await ben.page.mouse.move(30, 30);
  await ada.seesAt(ben, 30, 30);
  await ben.page.evaluate(() => {
    const { cursors } = window as unknown as Globals;
    cursors.destroy();
    cursors.destroy();
  });
  await expect(ben.page.locator('[data-mote-cursors]')).toHaveCount(0);
  await expect(ada.cursorOf(ben), 'the pointer is no longer shown').toHaveCount(0);
});

test('of 220 cursors that move all the time 200 are drawn, each where it belongs', async ({
  browser,
  mote,
}) => {
  test.slow(); // So much at once takes its time where two cores do everything.
  const url = `${mote.url}/swarm.html`;
  const ben = await Viewer.open(browser, url, 'Ben', VIEW);
  const context = await browser.newContext(VIEW);
  const bots = await context.newPage();
  await bots.goto(`${url}?name=Bots`);
  // Each on a row of its own, from left to right and back: Join and CursorUpdate of SPEC.md.
  await bots.evaluate(async () => {
    const join = Uint8Array.of(0x30, 0, 8, ...new TextEncoder().encode('surfaces'));
    const sockets = Array.from({ length: 220 }, () => {
      const socket = new WebSocket('/ws', 'mote.v1');
      socket.onopen = () => socket.send(join);
      return socket;
    });
    let tick = 0;
    const move = () => {
      tick += 1;
      sockets.forEach((socket, i) => {
        const x = Math.round(Math.abs(((tick + i) % 100) / 50 - 1) * 65_535);
        const cursor = new DataView(new ArrayBuffer(5));
        cursor.setUint8(0, 0x10);
        cursor.setUint16(1, x);
        cursor.setUint16(3, (i + 1) * 290);
        if (socket.readyState === WebSocket.OPEN) socket.send(cursor);
      });
    };
    Object.assign(window, { stop: clearInterval.bind(null, setInterval(move, 100)) });
  });
  const nodes = ben.page.locator('[data-mote-cursors] .cursor:not([data-gone])');
  await expect.poll(() => nodes.count(), { timeout: 90_000 }).toBe(200);
  const most = await ben.page.evaluate(async () => {
    const root = document.querySelector('[data-mote-cursors]')?.shadowRoot;
    let most = 0;
    for (let i = 0; i < 60; i += 1) {
      await new Promise(requestAnimationFrame);
      most = Math.max(most, root?.querySelectorAll('.cursor').length ?? 0);
    }
    return most;
  });
  expect(most, 'with those that fade').toBeLessThanOrEqual(240);
  await bots.evaluate('stop()');
  await expect
    .poll(() =>
      ben.page.evaluate(() => {
        const { room } = window as unknown as { room: { getOthers(): Other[] } };
        type Other = { connectionId: number; cursor: { x: number; y: number } | null };
        const root = document.querySelector('[data-mote-cursors]')?.shadowRoot;
        const misses = room.getOthers().map(({ connectionId, cursor }) => {
          const node = root?.querySelector(`.cursor[data-user="${connectionId}"]:not([data-gone])`);
          if (!node || !cursor) return 0;
          const { left, top } = node.getBoundingClientRect();
          return Math.max(Math.abs(left - cursor.x * 800), Math.abs(top - cursor.y * 600));
        });
        return Math.max(...misses);
      }),
    )
    .toBeLessThan(1);
});
