// Cursors are at the same place of the surface on every screen.

import { DESKTOP, expect, PHONE, test } from '../support/test.ts';

const PLACES = [
  { x: 0.5, y: 0.45 },
  { x: 0.113, y: 0.871 },
  { x: 0.942, y: 0.064 },
];

test('desktop and phone see each other within one pixel of the place', async ({ arrive }) => {
  const desktop = await arrive(DESKTOP);
  const phone = await arrive(PHONE);
  const [desktopId, phoneId] = [await desktop.id(), await phone.id()];

  for (const place of PLACES) {
    await desktop.pointAt(place);
    await phone.seesCursorAt(desktopId, place);
  }
  const finger = await phone.page.context().newCDPSession(phone.page);
  for (const [at, place] of PLACES.entries()) {
    const touchPoints = [await phone.onScreen(place)];
    await finger.send('Input.dispatchTouchEvent', {
      type: at === 0 ? 'touchStart' : 'touchMove',
      touchPoints,
    });
    await desktop.seesCursorAt(phoneId, place);
  }
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(desktop.cursorOf(phoneId)).toHaveCount(0);
});

test('a cursor keeps its place when the window is resized', async ({ arrive }) => {
  const [mover, watcher] = [await arrive(), await arrive()];
  const place = { x: 0.3, y: 0.6 };
  await mover.pointAt(place);
  await watcher.seesCursorAt(await mover.id(), place);
  await watcher.page.setViewportSize({ width: 820, height: 700 });
  await watcher.seesCursorAt(await mover.id(), place);
});

test('a cursor is hidden when its pointer leaves the surface', async ({ arrive }) => {
  const [mover, watcher] = [await arrive(), await arrive()];
  await mover.pointAt({ x: 0.5, y: 0.5 });
  await expect(watcher.cursorOf(await mover.id())).toHaveCount(1);
  await expect(watcher.cursorOf(await mover.id()).locator('.label')).toHaveText(await mover.name());
  await mover.page.mouse.move(5, 5);
  await expect(watcher.cursorOf(await mover.id())).toHaveCount(0);
});
