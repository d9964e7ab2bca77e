// The development server of Liveblocks as it is published: `bun liveblocks.mjs <port>`.
// Rooms live in a folder of its own that is thrown away.

const flags = ['--host', '127.0.0.1', '--port', process.argv[2], '--no-persist', '--no-check'];
process.argv.splice(2, Infinity, 'dev', ...flags);
await import('./node_modules/liveblocks/dist/index.js');
