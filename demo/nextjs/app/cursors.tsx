'use client';

import type { Room, User } from '@mote/presence';
import { type CSSProperties, useEffect, useRef } from 'react';

/** Everyone's cursor. React renders who has one; where it is goes past React, once a frame. */
export function Cursors({ room, others }: { room: Room; others: readonly User[] }) {
  const nodes = useRef(new Map<number, HTMLElement>());

  useEffect(() => {
    const place = (cursors: Float32Array) => {
      const hidden = new Map(nodes.current);
      for (let i = 0; i < cursors.length; i += 3) {
        const [id = 0, x = 0, y = 0] = cursors.subarray(i, i + 3);
        const node = nodes.current.get(id);
        if (!node) continue;
        // Each is as large as the board, so percent of itself are fractions of the board.
        node.style.transform = `translate(${x * 100}%, ${y * 100}%)`;
        node.style.visibility = 'visible';
        hidden.delete(id);
      }
      for (const node of hidden.values()) node.style.visibility = 'hidden';
    };
    place(room.getCursors());
    return room.subscribe('cursors', place);
  }, [room, others]);

  return (
    <div className="cursors" aria-hidden>
      {others.map(({ connectionId, name, color }) => (
        <div
          key={connectionId}
          ref={(node) => {
            if (node) nodes.current.set(connectionId, node);
            else nodes.current.delete(connectionId);
          }}
          className="cursor"
          style={{ '--color': color } as CSSProperties}
        >
          <svg width="18" height="20" viewBox="0 0 18 20">
            <path d="M1 1l5.4 16.2 2.9-7 7.4-2.4z" />
          </svg>
          <span className="name">{name}</span>
        </div>
      ))}
    </div>
  );
}
