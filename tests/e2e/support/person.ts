// Somebody in front of the demo page: what they can see and do there.

import { expect, type Locator, type Page } from '@playwright/test';
import {
  cursorPlace,
  type Fraction,
  placeInWindow,
  watchedRoster,
  watchRoster,
} from './in-page.ts';
import { missBy } from './miss.ts';

export class Person {
  readonly status: Locator;
  readonly notice: Locator;
  readonly count: Locator;
  readonly people: Locator;
  /** What the list says of oneself, in a cluster with the node. */
  readonly ownNode: Locator;

  constructor(readonly page: Page) {
    this.status = page.locator('#status');
    this.notice = page.locator('#notice-text');
    this.count = page.locator('#count');
    this.people = page.locator('#people .person');
    this.ownNode = page.locator('.person[data-self] .note');
  }

  /** The id that the list shows for oneself. */
  async id(): Promise<string> {
    return (await this.page.locator('.person[data-self]').getAttribute('data-user')) ?? '';
  }

  /** The name that the list shows for oneself. */
  async name(): Promise<string> {
    return await this.page.locator('.person[data-self] .who').innerText();
  }

  async button(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async rename(name: string): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel('Your name').press('Enter');
  }

  /** Sees exactly so many people, in the list and in the count. */
  async sees(count: number): Promise<void> {
    await expect(this.count).toHaveText(String(count));
    await expect(this.people).toHaveCount(count);
  }

  /** Where on one's own screen a place of the surface is, in CSS pixels. */
  async onScreen(place: Fraction): Promise<Fraction> {
    return await this.page.evaluate(placeInWindow, place);
  }

  async pointAt(place: Fraction): Promise<void> {
    const { x, y } = await this.onScreen(place);
    await this.page.mouse.move(x, y);
  }

  /** Clicks on the surface itself, where nothing else is. */
  async clickAt(place: Fraction): Promise<void> {
    const { x, y } = await this.onScreen(place);
    await this.page.mouse.click(x, y);
  }

  /** The cursor of somebody else, while it is shown. */
  cursorOf(id: string): Locator {
    return this.page.locator(`[data-mote-cursors] .cursor[data-user="${id}"]:not([data-gone])`);
  }

  /** How far, in CSS pixels, somebody's cursor is drawn from the place it should be at. */
  async missBy(id: string, place: Fraction): Promise<number> {
    return missBy(await this.page.evaluate(cursorPlace, id), await this.onScreen(place));
  }

  /** Sees somebody's cursor within one pixel of the place. */
  async seesCursorAt(id: string, place: Fraction): Promise<void> {
    await expect
      .poll(() => this.missBy(id, place), { message: 'pixels from the place' })
      .toBeLessThanOrEqual(1);
  }

  /** From now on, every state of the list is written down; `watched` gives them. */
  async watchRoster(): Promise<void> {
    await this.page.evaluate(watchRoster);
  }

  /** Every state of the list since `watchRoster`, as the ids in it; one when it never changed. */
  async watched(): Promise<string[]> {
    return await this.page.evaluate(watchedRoster);
  }
}
