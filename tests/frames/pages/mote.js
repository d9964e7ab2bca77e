import { createClient } from '@mote/presence';
import { mountCursors } from '@mote/presence/cursors';

const { room } = createClient({ url: '/ws' }).enterRoom('frames');
mountCursors(room, { track: false });
