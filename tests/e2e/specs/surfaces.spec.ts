// A cursor is where it belongs on every screen: seen by somebody whose page looks otherwise.

import type { Browser } from '@playwright/test';
import { page, Viewer } from '../support/surface.ts';
import { expect, test } from '../support/test.ts';

const BOARD = 'width: 300px; height: 200px; background: #dde;';
const PAGES = {
  'viewport.html': page('<p>A window</p>'),
  'document.html': page('<div style="height: 3000px">A long page</div>', "{ surface: 'document' }"),
  'nested.html': page(
    `<div id="outer" style="width: 320px; height: 250px; overflow: auto; margin: 30px">
       <div style="height: 400px"></div><div id="surface" style="${BOARD}"></div>
       <div style="height: 400px"></div>
     </div>`,
    '{ surface }',
  ),
  'scroller.html': page(
    `<div id="surface" style="width: 320px; height: 250px; overflow: auto; margin: 30px;
       border: 7px solid; padding: 5px"><div id="sheet" style="width: 900px; height: 1200px"></div>
     </div>`,
    '{ surface }',
  ),
  'turned.html': page(
    `<div style="margin: 150px; width: 400px; transform: skewX(12deg) scale(0.8); rotate: -20deg">
       <div style="scale: 1.2 0.9; transform: rotate(50deg) translate(20px, 9px)">
         <div id="surface" style="${BOARD} border: 5px solid; position: relative"></div>
       </div>
     </div>`,
    '{ surface }',
  ),
  'mirrored.html': page(
    `<div id="surface" style="${BOARD} margin: 50px; transform: scaleX(-1) rotate(180deg);
       position: relative"></div>`,
    '{ surface }',
  ),
  'zoomed.html': page(
    `<div style="zoom: 1.5; margin: 20px"><div id="surface" style="${BOARD} position: relative">
     </div></div>`,
    '{ surface }',
  ),
  'text.html': page(
    `<style>article { font-size: 22px } span { position: relative }</style><article>${Array.from(
      { length: 80 },
      (_, i) =>
        `<span data-mote-anchor="word ${i}">wörd${'x'.repeat(i % 9)}</span>`,
    ).join(' ')}</article><p id="below">No anchor.</p>`,
  ),
  'shifting.html': page(
    `<div id="above"></div><div id="surface" style="${BOARD} position: relative"></div>`,
    '{ surface }',
  ),
};
test.use({ pages: PAGES });

const WIDE = { viewport: { width: 1000, height: 800 } };
const PHONE = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 3 };
const PLACES = [
  { x: 0.1, y: 0.2 },
  { x: 0.9, y: 0.7 },
];

async function pair(browser: Browser, url: string) {
  return [
    await Viewer.open(browser, url, 'Ada', WIDE),
    await Viewer.open(browser, url, 'Ben', PHONE),
  ] as const;
}

test('a window of another size and density shows the same place of the window', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/viewport.html`);
  for (const { x, y } of PLACES) {
    await ada.page.mouse.move(1000 * x, 800 * y);
    await ben.seesAt(ada, 390 * x, 700 * y);
    await ben.page.mouse.move(390 * y, 700 * x);
    await ada.seesAt(ben, 1000 * y, 800 * x);
  }
  await ben.page.setViewportSize({ width: 600, height: 300 });
  await ben.seesAt(ada, 600 * 0.9, 300 * 0.7);
});

test('a document that is scrolled differently shows the same place of it', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/document.html`);
  await ada.page.evaluate(() => scrollTo(0, 900));
  await ada.page.mouse.move(500, 300);
  await ben.page.evaluate(() => scrollTo(0, 1000));
  await ben.seesAt(ada, 195, 200);
  await ben.page.evaluate(() => scrollTo(0, 1150));
  await ben.seesAt(ada, 195, 50);
});

test('an element in a box that scrolls is followed, and not shown outside of the box', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/nested.html`);
  await ada.page.evaluate(() => document.querySelector('#outer')?.scrollTo(0, 380));
  await ada.page.mouse.move(30 + 75, 30 + 20 + 100);
  for (const top of [400, 330, 490]) {
    await ben.page.evaluate((top) => document.querySelector('#outer')?.scrollTo(0, top), top);
    await ben.seesAt(ada, 30 + 75, 30 + 400 - top + 100);
  }
  await ben.page.evaluate(() => document.querySelector('#outer')?.scrollTo(0, 0));
  await expect.poll(() => ben.sees(ada)).toBeNull();
});

test('of an element that scrolls, positions are of its content', async ({ browser, mote }) => {
  const [ada, ben] = await pair(browser, `${mote.url}/scroller.html`);
  const scroll = (viewer: Viewer, left: number, top: number) =>
    viewer.page.evaluate(([x = 0, y = 0]) => document.querySelector('#surface')?.scrollTo(x, y), [
      left,
      top,
    ]);
  await scroll(ada, 300, 500);
  await ada.page.mouse.move(150, 120);
  for (const [left, top] of [
    [300, 500],
    [350, 420],
  ] as const) {
    await scroll(ben, left, top);
    await ben.seesAt(ada, 150 + 300 - left, 120 + 500 - top);
  }
  await scroll(ben, 0, 0);
  await expect.poll(() => ben.sees(ada)).toBeNull();
});

for (const kind of ['turned', 'mirrored', 'zoomed']) {
  test(`a ${kind} element has the same place for who has it upright`, async ({ browser, mote }) => {
    const url = `${mote.url}/${kind}.html`;
    const ada = await Viewer.open(browser, url, 'Ada', WIDE);
    const ben = await Viewer.open(browser, url, 'Ben', { ...WIDE, deviceScaleFactor: 2 });
    await ben.page.addStyleTag({
      content: '* { transform: none !important; rotate: none !important; scale: none !important }',
    });
    for (const at of PLACES) {
      const from = await ada.place('#surface', at);
      await ada.page.mouse.move(from.x, from.y);
      const to = await ben.place('#surface', at);
      await ben.seesAt(ada, to.x, to.y);
      await ben.page.mouse.move(to.x, to.y);
      await ada.seesAt(ben, from.x, from.y);
    }
  });
}

test('pinching moves nothing', async ({ browser, mote }) => {
  const url = `${mote.url}/viewport.html`;
  const ada = await Viewer.open(browser, url, 'Ada', WIDE);
  const phone = { ...PHONE, hasTouch: true, isMobile: true };
  const ben = await Viewer.open(browser, url, 'Ben', phone);
  const devtools = await ben.page.context().newCDPSession(ben.page);
  await devtools.send('Emulation.setPageScaleFactor', { pageScaleFactor: 2 });
  await expect.poll(() => ben.page.evaluate(() => visualViewport?.scale)).toBe(2);
  await ada.page.mouse.move(300, 200);
  await ben.seesAt(ada, 390 * 0.3, 700 * 0.25);
});

test('the cursor on a word is on the same word where the text wraps differently', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/text.html`);
  for (const i of [3, 41, 77]) {
    const word = `[data-mote-anchor="word ${i}"]`;
    const from = await ada.place(word, { x: 0.25, y: 0.5 });
    await ada.page.mouse.move(from.x, from.y);
    const to = await ben.place(word, { x: 0.25, y: 0.5 });
    await ben.seesAt(ada, to.x, to.y);
  }
  await ben.page.addStyleTag({ content: 'article { columns: 2; word-spacing: 12px }' });
  const to = await ben.place('[data-mote-anchor="word 77"]', { x: 0.25, y: 0.5 });
  await ben.seesAt(ada, to.x, to.y);

  await ada.page.mouse.move(500, 700);
  await ben.seesAt(ada, 195, 700 * (700 / 800));
});

test('a pointer that flies over many words changes the anchor ten times a second at most', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/text.html`);
  await ada.page.mouse.move(5, 790);
  await ben.page.evaluate(() => {
    type Seen = { surface: string | null };
    const { room } = window as unknown as {
      room: { subscribe(name: 'others', told: (others: Seen[]) => void): void };
    };
    const seen: string[] = [];
    room.subscribe('others', ([ada]) => {
      if (ada && seen.at(-1) !== `${ada.surface}`) seen.push(`${ada.surface}`);
    });
    Object.assign(window, { seen });
  });
  const start = Date.now();
  for (let i = 0; i < 80; i += 1) {
    const at = await ada.place(`[data-mote-anchor="word ${i}"]`, { x: 0.5, y: 0.5 });
    await ada.page.mouse.move(at.x, at.y);
  }
  const seen = () => ben.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  await expect.poll(async () => (await seen()).at(-1)).toBe('word 79');
  const periods = Math.ceil((Date.now() - start) / 100);
  expect((await seen()).length).toBeLessThanOrEqual(1 + periods);
});

test('a cursor at rest follows its surface that is moved by what is around it', async ({
  browser,
  mote,
}) => {
  const [ada, ben] = await pair(browser, `${mote.url}/shifting.html`);
  await ada.page.mouse.move(150, 100);
  await ben.seesAt(ada, 150, 100);
  await ben.page.evaluate(() => (document.querySelector('#above') as HTMLElement).append('More'));
  await ben.seesAt(ada, 150, 124);
  await ben.page.addStyleTag({ content: '#surface { transition: translate 0.3s; translate: 9px }' });
  await ben.page.addStyleTag({ content: '#surface { translate: 60px 80px }' });
  await ben.seesAt(ada, 210, 204);
  await ben.page.setViewportSize({ width: 250, height: 400 });
  await ben.seesAt(ada, 210, 204);
  await ben.page.addStyleTag({ content: '#surface { width: 100px !important }' });
  await ben.seesAt(ada, 110, 204);
});
