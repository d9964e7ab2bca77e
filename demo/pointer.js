// Your own pointer over the surface, told to the room as fractions of it.

/** Where an event happened, as fractions of the surface. */
export function fractionOf(surface, event) {
  const box = surface.getBoundingClientRect();
  return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
}

/** Tells `tell` every move, and null when the pointer leaves or the finger is lifted. */
export function followPointer(surface, tell) {
  const move = (event) => event.isPrimary && tell(fractionOf(surface, event));
  surface.addEventListener('pointerdown', move);
  surface.addEventListener('pointermove', move);
  surface.addEventListener('pointerleave', () => tell(null));
  surface.addEventListener('pointercancel', () => tell(null));
}

const clamp = (fraction) => Math.min(1, Math.max(0, fraction));
