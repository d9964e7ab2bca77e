/**
 * What keeps the world of tests honest: every scenario is run in it, and against the real server
 * with the package as it is published.
 */
import { afterEach, beforeEach, describe, it } from 'vitest';
import { LIFE } from './life.js';
import { PEOPLE } from './people.js';
import { type Side, SIDES } from './sides.js';
import { STATE } from './state.js';

describe.each(SIDES)('in $name', ({ start }) => {
  let side: Side;
  beforeEach(async () => {
    side = await start();
  });
  afterEach(() => side.end());

  for (const [sentence, scenario] of Object.entries({ ...PEOPLE, ...STATE, ...LIFE })) {
    it(sentence, () => scenario(side));
  }
});
