// `@y/websocket-server` as it is published: `node yjs.mjs <port>`.

process.env.HOST = '127.0.0.1';
process.env.PORT = process.argv[2];
await import('@y/websocket-server/server');
