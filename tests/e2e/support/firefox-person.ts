// Somebody in front of the demo page in Firefox: what person.ts has, as far as the tests need it.

import { expect } from '@playwright/test';
import type { Firefox } from './firefox.ts';
import {
  cursorPlace,
  type Fraction,
  placeInWindow,
  watchedRoster,
  watchRoster,
} from './in-page.ts';
import { missBy } from './miss.ts';

/** What the page shows of the room. */
interface Shown {
  status: string;
  count: string;
  /** The ids in the list, oneself among them. */
  people: string[];
}

export class FirefoxPerson {
  constructor(readonly firefox: Firefox) {}

  /** Opens the page and waits until it is live. */
  async open(url: string): Promise<void> {
    await this.firefox.goTo(url);
    await this.isShown('Live');
  }

  /** The id that the list shows for oneself. */
  async id(): Promise<string> {
    return await this.firefox.run(
      () => document.querySelector<HTMLElement>('.person[data-self]')?.dataset.user ?? '',
    );
  }

  async leave(): Promise<void> {
    await this.firefox.click('#leave');
    await this.isShown('You left');
  }

  async joinAgain(): Promise<void> {
    await this.firefox.click('#again');
    await this.isShown('Live');
  }

  async reload(): Promise<void> {
    await this.firefox.reload();
    await this.isShown('Live');
  }

  /** Sees exactly these people, in the list and in the count. */
  async sees(ids: readonly string[]): Promise<void> {
    const seen = async () => {
      const { count, people } = await this.firefox.run(shown);
      return { count, people: people.sort() };
    };
    const wanted = { count: String(ids.length), people: [...ids].sort() };
    await expect.poll(seen, { message: 'the count and the list' }).toEqual(wanted);
  }

  async pointAt(place: Fraction): Promise<void> {
    await this.firefox.moveTo(await this.firefox.run(placeInWindow, place));
  }

  /** Sees somebody's cursor within one pixel of the place. */
  async seesCursorAt(id: string, place: Fraction): Promise<void> {
    const miss = async () =>
      missBy(await this.firefox.run(cursorPlace, id), await this.firefox.run(placeInWindow, place));
    await expect.poll(miss, { message: 'pixels from the place' }).toBeLessThanOrEqual(1);
  }

  /** Does not see a cursor of somebody. */
  async seesNoCursorOf(id: string): Promise<void> {
    await expect
      .poll(() => this.firefox.run(cursorPlace, id), { message: 'no cursor' })
      .toBeNull();
  }

  /** From now on, every state of the list is written down; `watched` gives them. */
  async watchRoster(): Promise<void> {
    await this.firefox.run(watchRoster);
  }

  /** Every state of the list since `watchRoster`, as the ids in it; one when it never changed. */
  async watched(): Promise<string[]> {
    return await this.firefox.run(watchedRoster);
  }

  private async isShown(status: string): Promise<void> {
    const seen = async () => (await this.firefox.run(shown)).status;
    await expect.poll(seen, { message: 'the status' }).toBe(status);
  }
}

function shown(): Shown {
  const text = (selector: string) => document.querySelector(selector)?.textContent ?? '';
  const rows = [...document.querySelectorAll<HTMLElement>('#people .person')];
  return {
    status: text('#status-title'),
    count: text('#count'),
    people: rows.map((row) => row.dataset.user ?? ''),
  };
}
