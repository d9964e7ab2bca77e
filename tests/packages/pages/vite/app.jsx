import { LiveCursors, MoteProvider, RoomProvider, useOthers, useSelf, useStatus } from '@mote/presence/react';

const query = new URLSearchParams(location.search);

/** A page with everyone on it, as the tests look at it. */
export function App() {
  return (
    <MoteProvider url={query.get('server')}>
      <RoomProvider id={query.get('room')}>
        <Here />
        <LiveCursors />
      </RoomProvider>
    </MoteProvider>
  );
}

function Here() {
  const self = useSelf();
  const others = useOthers();
  return (
    <>
      <p id="status">{useStatus()}</p>
      <ul>
        {(self ? [self, ...others] : others).map((user) => (
          <li key={user.connectionId} className="person" data-self={user === self || undefined}>
            <span className="name">{user.name}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
