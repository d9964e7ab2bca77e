// A relay on Socket.IO with its default parser, alone or one node of several on a Redis:
// `node socketio.mjs <port> [<URL of the Redis>]`.
// A cursor is handed on to the others of the room that the client asked for.

import { Server } from 'socket.io';

const [port, url] = process.argv.slice(2);
const options = { transports: ['websocket'], serveClient: false };
if (url) {
  const { createAdapter } = await import('@socket.io/redis-adapter');
  const { createClient } = await import('redis');
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  options.adapter = createAdapter(publisher, subscriber);
}
const server = new Server(Number(port), options);

server.on('connection', (socket) => {
  socket.on('join', (room, done) => {
    socket.join(room);
    socket.data.room = room;
    done();
  });
  socket.on('cursor', (cursor) => {
    socket.to(socket.data.room).emit('cursor', cursor);
  });
});
