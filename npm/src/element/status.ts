/** `<mote-status>`: whether the page is live. */
import type { LostConnection, Room } from '@mote/presence';
import { statusText } from '../ui/status.js';
import { RoomPart } from './part.js';

/**
 * The connection in words, told to screen readers when it changes. The attribute `data-status` is
 * the status itself, and `data-lost` is there while the connection takes long: for your CSS.
 */
export class MoteStatus extends RoomPart {
  protected override show(room: Room): () => void {
    let lost: LostConnection | null = null;
    this.setAttribute('role', 'status');
    const draw = () => {
      const status = room.getStatus();
      this.dataset['status'] = status;
      this.toggleAttribute('data-lost', lost === 'lost');
      this.textContent = statusText(status, lost);
    };
    draw();
    const ends = [
      room.subscribe('status', draw),
      room.subscribe('lost-connection', (event) => {
        lost = event;
        draw();
      }),
    ];
    return () => {
      for (const end of ends) end();
      this.textContent = '';
    };
  }
}
