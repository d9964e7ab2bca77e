// Three nodes behind nginx, on Redis: one of them is killed, and nobody is seen to leave.

import { test as base, expect } from '@playwright/test';
import { Cluster } from '../support/cluster.ts';
import { Person } from '../support/person.ts';
import { DESKTOP } from '../support/test.ts';

const test = base.extend<{ arrive: () => Promise<Person> }>({
  arrive: async ({ browser }, use, testInfo) => {
    const cluster = await Cluster.start();
    await use(async () => {
      const context = await browser.newContext(DESKTOP);
      const page = await context.newPage();
      await page.goto(cluster.url);
      const person = new Person(page);
      await expect(person.status).toHaveText('Live');
      await expect(person.ownNode).toHaveText(/node \d/);
      return person;
    });
    for (const context of browser.contexts()) await context.close();
    await cluster.stop();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('cluster log', { body: cluster.log, contentType: 'text/plain' });
    }
  },
});

const nodeOf = async (person: Person) => /node \d/.exec(await person.ownNode.innerText())?.[0] ?? '';

test('people of several nodes see each other, and a killed node is nobody’s end', async ({
  arrive,
}) => {
  const everybody = [await arrive(), await arrive(), await arrive()];
  const [first] = everybody as [Person, ...Person[]];
  for (const person of everybody) await person.sees(3);
  const nodes = await Promise.all(everybody.map(nodeOf));
  expect(new Set(nodes).size, 'nodes that have somebody').toBeGreaterThan(1);

  const at = nodes.findIndex((node) => node !== nodes[0]);
  const other = everybody[at] as Person;
  await other.pointAt({ x: 0.75, y: 0.5 });
  await first.seesCursorAt(await other.id(), { x: 0.75, y: 0.5 });

  for (const person of everybody) await person.watchRoster();
  const row = first.page.locator('#node-list .node', { hasText: new RegExp(nodes[at] ?? '', 'i') });
  await row.getByRole('button', { name: 'Kill' }).click();
  await expect(row).toContainText('down');
  await expect.poll(() => nodeOf(other), { timeout: 30_000 }).not.toBe(nodes[at]);
  await expect(other.status).toHaveText('Live');
  await expect(first.people).toHaveCount(3);

  await other.pointAt({ x: 0.25, y: 0.5 });
  await first.seesCursorAt(await other.id(), { x: 0.25, y: 0.5 });
  for (const person of everybody) {
    expect(new Set(await person.watched()).size, 'states of the list').toBe(1);
  }

  await row.getByRole('button', { name: 'Start' }).click();
  await expect(row).toContainText('0 people');
});
