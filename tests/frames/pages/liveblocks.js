import '@liveblocks/react-ui/styles.css';
import { LiveblocksProvider, RoomProvider } from '@liveblocks/react';
import { Cursors } from '@liveblocks/react-ui';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const cursors = createElement(Cursors, { style: { width: '100vw', height: '100vh' } });
const room = createElement(RoomProvider, { id: 'r', initialPresence: { cursor: null } }, cursors);
const options = {
  publicApiKey: 'pk_frames',
  baseUrl: location.origin,
  resolveUsers: ({ userIds }) => userIds.map((name) => ({ name, color: '#4f46e5' })),
};
const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(createElement(LiveblocksProvider, options, room));
