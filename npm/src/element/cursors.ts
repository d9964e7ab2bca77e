/** `<mote-cursors>`: everybody's cursors, and your own for them. */
import type { DefaultPresence, Room } from '@mote/presence';
import { type CursorOverlay, type CursorsOptions, mountCursors } from '@mote/presence/cursors';
import { RoomPart } from './part.js';

/**
 * Draws the others' cursors and tracks yours. Attributes: `surface`: `viewport`, `document`, or a CSS
 * selector of the element that positions are fractions of; `no-track`: do not show yours;
 * `no-anchors`: leave `data-mote-anchor` elements aside; `hide-cursors`: do not show the others'.
 */
export class MoteCursors extends RoomPart {
  static readonly observedAttributes = ['surface', 'no-track', 'no-anchors', 'hide-cursors'];

  #overlay: CursorOverlay | null = null;

  /** What is drawn, to follow somebody for example; null while nothing is. */
  get overlay(): CursorOverlay | null {
    return this.#overlay;
  }

  /** The browser calls it. */
  attributeChangedCallback(): void {
    this.restart();
  }

  protected override show(room: Room): () => void {
    const options: CursorsOptions<DefaultPresence> = {
      track: !this.hasAttribute('no-track'),
      anchors: !this.hasAttribute('no-anchors'),
      hideCursors: this.hasAttribute('hide-cursors'),
    };
    const name = this.getAttribute('surface');
    if (name === 'viewport' || name === 'document') options.surface = name;
    else if (name !== null) {
      const surface = document.querySelector(name);
      if (!surface) {
        console.error(`<mote-cursors>: no element matches surface="${name}"`, this);
        return () => {};
      }
      options.surface = surface;
    }
    const overlay = mountCursors(room, options);
    this.#overlay = overlay;
    return () => {
      overlay.destroy();
      this.#overlay = null;
    };
  }
}
