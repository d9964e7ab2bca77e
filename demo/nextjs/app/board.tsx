'use client';

import {
  CursorOverlay,
  MoteProvider,
  RoomProvider,
  useOthers,
  useSelf,
  useStatus,
} from '@mote/presence/react';
import type { CSSProperties, ReactNode } from 'react';

const url = process.env.NEXT_PUBLIC_MOTE_URL ?? 'ws://127.0.0.1:3001/ws';

/** The room in `?room=…`. Nothing that is rendered depends on it, so the server need not know it. */
const room =
  (typeof location === 'object' && new URLSearchParams(location.search).get('room')) || 'nextjs';

/** The page with everyone on it: who is here above, their cursors over it. */
export function Board({ children }: { children: ReactNode }) {
  return (
    <MoteProvider url={url}>
      <RoomProvider id={room}>
        <Header />
        <CursorOverlay className="board" role="main">
          {children}
        </CursorOverlay>
      </RoomProvider>
    </MoteProvider>
  );
}

function Header() {
  const status = useStatus();
  const self = useSelf();
  const others = useOthers();
  return (
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
