// What a page goes through while nobody looks at it, written down in the page itself. The
// functions are sent to it as their text.

import type { Fraction } from './in-page.ts';
import type { Globals } from './surface.ts';

export interface Life {
  /** In order: what the page and the room were told. */
  events: string[];
  /** The longest that a timer of one second took, in milliseconds. */
  longestSleep_ms: number;
  /** When it last rang. */
  awakeAt: number;
  /** In the first frame after the page was shown again: who is here, and the cursors. */
  shown: { others: number[]; cursors: Record<string, Fraction> } | null;
}

type Watched = Globals & { life: Life };

/** From now on it is written down. */
export function watchLife(): void {
  const { room } = window as unknown as Globals;
  const life: Life = {
    events: [],
    longestSleep_ms: 0,
    awakeAt: performance.now(),
    shown: null,
  };
  Object.assign(window, { life });
  for (const name of ['status', 'lost-connection'] as const) {
    room.subscribe(name, (event) => life.events.push(event));
  }
  for (const name of ['freeze', 'resume']) {
    document.addEventListener(name, () => life.events.push(name));
  }

  setInterval(() => {
    const now = performance.now();
    life.longestSleep_ms = Math.max(life.longestSleep_ms, now - life.awakeAt);
    life.awakeAt = now;
  }, 1000);

  const look = () => {
    const root = document.querySelector('[data-mote-cursors]')?.shadowRoot;
    const nodes = [...(root?.querySelectorAll<HTMLElement>('.cursor:not([data-gone])') ?? [])];
    const cursors = nodes.map((node) => {
      const { left, top } = node.getBoundingClientRect();
      return [node.dataset.user, { x: left, y: top }];
    });
    const others = room.getOthers().map(({ connectionId }) => connectionId);
    life.shown = { others, cursors: Object.fromEntries(cursors) };
  };
  document.addEventListener('visibilitychange', () => {
    life.shown = null;
    if (!document.hidden) requestAnimationFrame(look);
  });
}

/** The newest place that the page was told of somebody's cursor, drawn or not. */
export function heardCursor(id: number): Fraction | null {
  const others = (window as unknown as Globals).room.getOthers();
  return others.find(({ connectionId }) => connectionId === id)?.cursor ?? null;
}

/** What was written down, and for how long the timer has been asleep. */
export function lived(): Life & { asleep_ms: number } {
  const { life } = window as unknown as Watched;
  return { ...life, asleep_ms: performance.now() - life.awakeAt };
}
