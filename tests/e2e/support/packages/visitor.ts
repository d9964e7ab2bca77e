// Somebody in front of a page that shows who is on it, as tests/packages/README.md describes.

import { expect, type Page } from '@playwright/test';

export class Visitor {
  constructor(readonly page: Page) {}

  async isConnected(): Promise<void> {
    await expect(this.page.locator('#status')).toHaveText('connected');
  }

  /** The name that the page shows for oneself. */
  async name(): Promise<string> {
    return await this.page.locator('.person[data-self] .name').innerText();
  }

  /** Sees exactly these people, oneself included. */
  async sees(names: string[]): Promise<void> {
    await expect(this.page.locator('.person .name')).toHaveText(
      names.map((name) => new RegExp(`^${name}$`)),
    );
  }

  async pointAt(x: number, y: number): Promise<void> {
    await this.page.mouse.move(x, y);
  }

  /** Sees somebody's cursor, within two pixels, in CSS pixels of the window. */
  async seesCursor(name: string, x: number, y: number): Promise<void> {
    const cursor = this.page.locator('.cursor', { hasText: name });
    await expect(cursor.locator('.name, .label')).toBeVisible();
    await expect
      .poll(async () => {
        const { left, top } = await cursor.evaluate((node) => node.getBoundingClientRect());
        return Math.max(Math.abs(left - x), Math.abs(top - y));
      })
      .toBeLessThan(2);
  }
}
