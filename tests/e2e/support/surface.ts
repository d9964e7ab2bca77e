// Pages with a surface on them and the SDK's own cursors over it, and somebody in front of one.

import type { Browser, BrowserContextOptions, Locator, Page } from '@playwright/test';
import { cursorPlace, type Fraction } from './in-page.ts';
import { missBy } from './miss.ts';
import { expect } from './test.ts';

/** A page with `body` on it whose cursors are mounted with `options` (JavaScript source). */
export function page(body: string, options = '{}'): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Surface</title>
<link rel="icon" href="data:,">
<style>* { box-sizing: border-box } body { margin: 0; font: 16px/1.5 sans-serif }</style>
<script type="importmap">
{ "imports": { "@mote/presence": "/sdk/index.js", "@mote/presence/cursors": "/sdk/cursors.js" } }
</script>
${body}
<script type="module">
  import { createClient } from '@mote/presence';
  import { mountCursors } from '@mote/presence/cursors';
  const name = new URLSearchParams(location.search).get('name');
  const { room } = createClient({ url: '/ws' }).enterRoom('surfaces', { name });
  const surface = document.querySelector('#surface');
  const ended = [];
  const options = { onFollowEnd: (id) => ended.push(id), ...${options} };
  Object.assign(window, { room, ended, cursors: mountCursors(room, options) });
</script>`;
}

/** What the page keeps for the test. */
export interface Globals {
  room: {
    getSelf(): { connectionId: number } | null;
    getOthers(): { connectionId: number; name: string; cursor: Fraction | null }[];
    subscribe(name: 'status' | 'lost-connection', told: (event: string) => void): void;
    updateCursor(position: Fraction | null): void;
  };
  cursors: {
    follow(id: number | null): void;
    setHidden(isHidden: boolean): void;
    say(text: string | null): void;
    destroy(): void;
  };
  ended: number[];
}

/** One's own id, sent to the page as text; under 0 before there is one. */
function selfId(): number {
  return (window as unknown as Globals).room?.getSelf()?.connectionId ?? -1;
}

/** Somebody in front of such a page. */
export class Viewer {
  private constructor(
    readonly page: Page,
    readonly name: string,
    readonly id: number,
  ) {}

  static async open(
    browser: Browser,
    url: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Viewer> {
    const context = await browser.newContext(options);
    const opened = await context.newPage();
    await opened.goto(`${url}?name=${name}`);
    return await Viewer.of(opened, name);
  }

  /** Who opened such a page. */
  static async of(page: Page, name: string): Promise<Viewer> {
    const id = () => page.evaluate(selfId);
    await expect.poll(id, { message: `${name} is in the room` }).toBeGreaterThan(-1);
    return new Viewer(page, name, await id());
  }

  /** One's id now; the seat is the same while it is. */
  async idNow(): Promise<number> {
    return await this.page.evaluate(selfId);
  }

  /** The cursor of somebody else, while it is shown. */
  cursorOf(other: Viewer): Locator {
    const shown = `.cursor[data-user="${other.id}"]:not([data-gone])`;
    return this.page.locator(`[data-mote-cursors] ${shown}`);
  }

  /** Where somebody's cursor is drawn: its tip. */
  async sees(other: Viewer): Promise<Fraction | null> {
    return await this.page.evaluate(cursorPlace, `${other.id}`);
  }

  /** Sees somebody's cursor within two pixels of a place in the window, which may still move. */
  async seesAt(other: Viewer, x: number, y: number | (() => Promise<number>)): Promise<void> {
    const top = async () => (typeof y === 'number' ? y : await y());
    const miss = async () => missBy(await this.sees(other), { x, y: await top() });
    const place = `${x.toFixed()}, ${(await top()).toFixed()}`;
    await expect.poll(miss, { message: `pixels from ${place}` }).toBeLessThanOrEqual(2);
  }

  /** Where a fraction of an element's own, untransformed box is in the window, by layout alone. */
  async place(selector: string, { x, y }: Fraction): Promise<Fraction> {
    return await this.page.evaluate(
      ({ selector, x, y }) => {
        const element = document.querySelector(selector) as HTMLElement;
        const probe = document.createElement('i');
        probe.style.cssText = `position:absolute;width:0;height:0;margin:0;border:0;padding:0;
          left:${x * 100}%;top:${y * 100}%`;
        element.append(probe);
        const { left, top } = probe.getBoundingClientRect();
        probe.remove();
        return { x: left, y: top };
      },
      { selector, x, y },
    );
  }
}
