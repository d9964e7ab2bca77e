// A relay on Socket.IO with its default parser: `node socketio.mjs <port>`.
// A cursor is handed on to the others of the room that the client asked for.

import { Server } from 'socket.io';

const server = new Server(Number(process.argv[2]), { transports: ['websocket'], serveClient: false });

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
