/** `<mote-count>`: how many people are here. */
import type { Room } from '@mote/presence';
import { RoomPart } from './part.js';

/** The room's count as text, yourself included; empty until the room is joined. */
export class MoteCount extends RoomPart {
  protected override show(room: Room): () => void {
    const draw = () => {
      this.textContent = room.getCount() > 0 ? String(room.getCount()) : '';
    };
    draw();
    const end = room.subscribe('count', draw);
    return () => {
      end();
      this.textContent = '';
    };
  }
}
