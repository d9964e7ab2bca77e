// A relay on `ws`: `node ws.mjs <port>`.
// A message is handed on as it is to the others of the room that the path names.

import { WebSocketServer } from 'ws';

const rooms = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) });

server.on('connection', (socket, request) => {
  if (!rooms.has(request.url)) rooms.set(request.url, new Set());
  const room = rooms.get(request.url);
  room.add(socket);
  socket.on('message', (message, isBinary) => {
    for (const other of room) {
      if (other !== socket) other.send(message, { binary: isBinary });
    }
  });
  socket.on('close', () => room.delete(socket));
});
