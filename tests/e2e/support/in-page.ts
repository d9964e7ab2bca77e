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

/** How far, in CSS pixels, somebody's cursor is from this place; null while it is not shown. */
export function cursorMiss({ id, x, y }: Fraction & { id: string }): number | null {
  const surface = document.querySelector('#surface') as HTMLElement;
  const cursor = document.querySelector(`#cursors .cursor[data-user="${id}"][data-shown]`);
  if (!cursor) return null;
  const [box, drawn] = [surface.getBoundingClientRect(), cursor.getBoundingClientRect()];
  const across = drawn.left - (box.left + x * box.width);
  const down = drawn.top - (box.top + y * box.height);
  return Math.max(Math.abs(across), Math.abs(down));
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
