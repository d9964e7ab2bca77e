'use client';

import { createClient, type Room, type Self, type Status, type User } from '@mote/presence';
import { useEffect, useState } from 'react';

const client = createClient({
  url: process.env.NEXT_PUBLIC_MOTE_URL ?? 'ws://127.0.0.1:3001/ws',
});

/** What a page shows of its room. */
interface Presence {
  room: Room | null;
  status: Status;
  self: Self | null;
  others: readonly User[];
}

const NOBODY: Presence = { room: null, status: 'initial', self: null, others: [] };

/** Enters the room in `?room=…` while the component is mounted. */
export function useRoom(): Presence {
  const [presence, setPresence] = useState(NOBODY);

  useEffect(() => {
    const id = new URLSearchParams(location.search).get('room') || 'nextjs';
    const { room, leave } = client.enterRoom(id);
    const show = () => {
      const [status, self, others] = [room.getStatus(), room.getSelf(), room.getOthers()];
      setPresence({ room, status, self, others });
    };
    show();
    const ends = [
      room.subscribe('status', show),
      room.subscribe('self', show),
      room.subscribe('others', show),
    ];
    return () => {
      for (const end of ends) end();
      leave();
    };
  }, []);

  return presence;
}
