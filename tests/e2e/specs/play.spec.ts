import { test, expect } from '../support/test.ts';
import { page, SDK, Viewer } from '../support/surface.ts';
test.use({ pages: { ...SDK, 'v.html': page('<h1>Hello</h1><p>Text on a page</p>') } });
test('play', async ({ browser, mote }) => {
  const url = `${mote.url}/v.html`;
  const a = await Viewer.open(browser, url, 'Ada', { viewport: { width: 800, height: 600 } });
  const b = await Viewer.open(browser, url, 'Ben', { viewport: { width: 400, height: 300 } });
  await a.page.mouse.move(400, 300, { steps: 5 });
  await b.seesAt(a, 200, 150);
  await b.page.mouse.move(380, 280, { steps: 5 });
  await a.seesAt(b, 760, 560);
  await b.page.evaluate(() => (window as any).cursors.say('Hello there, shall we move this one to next week?'));
  await a.page.waitForTimeout(400);
  await a.page.screenshot({ path: '/tmp/shots/a.png' });
  await b.page.screenshot({ path: '/tmp/shots/b.png' });
});
