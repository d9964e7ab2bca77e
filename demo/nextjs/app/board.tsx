'use client';

import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { Cursors } from './cursors';
import { useRoom } from './use-room';

/** The page with everyone on it: who is here above, their cursors over it. */
export function Board({ children }: { children: ReactNode }) {
  const { room, status, self, others } = useRoom();
  const board = useRef<HTMLElement>(null);

  useEffect(() => (board.current ? room?.trackCursor(board.current) : undefined), [room]);

  return (
    <>
      <header>
        <p id="status" data-status={status}>
          {status}
        </p>
        <ul aria-label="People here">
          {self && <Person key={self.connectionId} {...self} isSelf />}
          {others.map((user) => (
            <Person key={user.connectionId} {...user} />
          ))}
        </ul>
      </header>
      <main ref={board}>
        {children}
        {room && <Cursors room={room} others={others} />}
      </main>
    </>
  );
}

function Person({ name, color, isSelf }: { name: string; color: string; isSelf?: boolean }) {
  return (
    <li className="person" data-self={isSelf} style={{ '--color': color } as CSSProperties}>
      <span className="name">{name}</span>
      {isSelf && ' (you)'}
    </li>
  );
}
