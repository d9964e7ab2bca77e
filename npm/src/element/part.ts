/** An element that shows something of the room around it. */
import type { Room } from '@mote/presence';
import { BaseElement } from './base.js';
import { MoteRoom } from './room.js';

/** Shows something of the `<mote-room>` around it: extend it for an element of your own. */
export abstract class RoomPart extends BaseElement {
  #unwatch: (() => void) | undefined;
  #end: (() => void) | undefined;
  #room: Room | null = null;

  /** The browser calls it. */
  connectedCallback(): void {
    const host = this.closest('mote-room');
    if (host instanceof MoteRoom) {
      this.#unwatch = host.watch((room) => {
        this.#room = room;
        this.restart();
      });
    } else {
      console.error(`<${this.localName}> shows nothing: put it into a <mote-room>`, this);
    }
  }

  /** The browser calls it. */
  disconnectedCallback(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#room = null;
    this.restart();
  }

  /** Shows the room anew, with what the attributes say now. */
  protected restart(): void {
    this.#end?.();
    this.#end = this.#room ? this.show(this.#room) : undefined;
  }

  /** Shows a room until the returned function is called. */
  protected abstract show(room: Room): () => void;
}
