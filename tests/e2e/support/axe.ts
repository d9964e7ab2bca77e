// Accessibility of a page, by axe.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Until nothing fades in or out: axe takes a colour as it is at that moment. */
async function isStill(): Promise<void> {
  const trees = (tree: DocumentOrShadowRoot & ParentNode): (typeof tree)[] => [
    tree,
    ...[...tree.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : [])),
  ];
  const finite = trees(document)
    .flatMap((tree) => tree.getAnimations())
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(finite.map(({ finished }) => finished));
}

/** What axe objects to on a page: the rules and the elements. */
export async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(isStill);
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof import('axe-core') }).axe;
    const found = (await run()).violations;
    return found.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
  });
}
