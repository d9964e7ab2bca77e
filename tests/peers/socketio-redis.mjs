// The same relay with Socket.IO's Redis adapter, one node of several:
// `node socketio-redis.mjs <port> <URL of the Redis>`.

import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
const options = { transports: ['websocket'], serveClient: false };
const server = new Server(Number(port), { ...options, adapter: createAdapter(publisher, subscriber) });

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
