import { createClient } from '@mote/presence';
import { useEffect, useState } from 'react';

const query = new URLSearchParams(location.search);
const client = createClient({ url: query.get('server') });
const NOBODY = { status: 'initial', self: null, others: [], positions: [] };

/** A page with everyone on it, as the tests look at it. */
export function App() {
  const [{ status, self, others, positions }, setPresence] = useState(NOBODY);

  useEffect(() => {
    const { room, leave } = client.enterRoom(query.get('room'));
    const show = () =>
      setPresence({
        status: room.getStatus(),
        self: room.getSelf(),
        others: room.getOthers(),
        positions: room.getCursors(),
      });
    const ends = ['status', 'self', 'others', 'cursors'].map((name) => room.subscribe(name, show));
    room.trackCursor('viewport');
    show();
    return () => {
      for (const end of ends) end();
      leave();
    };
  }, []);

  return (
    <>
      <p id="status">{status}</p>
      <ul>
        {(self ? [self, ...others] : others).map((user) => (
          <li key={user.connectionId} className="person" data-self={user === self || undefined}>
            <span className="name">{user.name}</span>
          </li>
        ))}
      </ul>
      {others.map((user) => (
        <Cursor key={user.connectionId} user={user} positions={positions} />
      ))}
    </>
  );
}

function Cursor({ user: { connectionId, name }, positions }) {
  const at = positions.findIndex((number, i) => i % 3 === 0 && number === connectionId);
  if (at < 0) return null;
  const [left, top] = [positions[at + 1] * innerWidth, positions[at + 2] * innerHeight];
  return (
    <div className="cursor" style={{ position: 'fixed', left, top }}>
      <span className="name">{name}</span>
    </div>
  );
}
