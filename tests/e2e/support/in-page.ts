// What tests ask of the demo page. Each function is sent to the browser as its text, whichever way
// that is steered, so it uses nothing but its arguments and the page.

export interface Fraction {
  x: number;
  y: number;
}

/** Where in the window a place of the surface is, in CSS pixels. */
export function placeInWindow({ x, y }: Fraction): Fraction {
  const surface = document.querySelector('#surface') as HTMLElement;
  const box = surface.getBoundingClientRect();
  return { x: box.left + x * box.width, y: box.top + y * box.height };
}

/** Where in the window somebody's cursor is drawn: its tip, in CSS pixels; null while it is not. */
export function cursorPlace(id: string): Fraction | null {
  const host = document.querySelector('[data-mote-cursors]');
  const cursor = host?.shadowRoot?.querySelector(`.cursor[data-user="${id}"]:not([data-gone])`);
  if (!cursor || getComputedStyle(cursor).visibility === 'hidden') return null;
  const { left, top } = cursor.getBoundingClientRect();
  return { x: left, y: top };
}

/** From now on, every state of the list is written down, as the ids in it. */
export function watchRoster(): void {
  const list = document.querySelector('#people') as HTMLElement;
  const look = () =>
    [...list.querySelectorAll<HTMLElement>('.person')].map((row) => row.dataset.user).join(' ');
  const states = [look()];
  new MutationObserver(() => {
    const now = look();
    if (now !== states.at(-1)) states.push(now);
  }).observe(list, { childList: true, subtree: true, attributes: true });
  Object.assign(window, { rosterStates: states });
}

/** Every state of the list since `watchRoster`; one when it never changed. */
export function watchedRoster(): string[] {
  return (window as unknown as { rosterStates: string[] }).rosterStates;
}
