// What a page downloads: this package and its peers, each bundled and minified by the same esbuild with
// everything it needs (React aside) and compressed with gzip. Prints Markdown.
//
//     node table.mjs <npm folder of this package>
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const own = process.argv[2];
const { build } = createRequire(join(own, 'package.json'))('esbuild');
const { BUDGETS } = await import(pathToFileURL(join(own, 'build/entries.mjs')).href);

const REACT = ['react', 'react-dom', 'react/jsx-runtime', 'react-dom/client'];

/** What an application imports for presence, no more: a bundler leaves the rest out. */
const PEERS = [
  ['partysocket: a socket that reconnects, no more', ["{ PartySocket } from 'partysocket'"]],
  ['phoenix', ["{ Socket, Presence } from 'phoenix'"]],
  ['socket.io-client', ["{ io } from 'socket.io-client'"]],
  ['@supabase/realtime-js', ["{ RealtimeClient } from '@supabase/realtime-js'"]],
  ['centrifuge', ["{ Centrifuge } from 'centrifuge'"]],
  ['yjs + y-websocket', ["{ Doc } from 'yjs'", "{ WebsocketProvider } from 'y-websocket'"]],
  [
    'yjs + @hocuspocus/provider',
    ["{ Doc } from 'yjs'", "{ HocuspocusProvider } from '@hocuspocus/provider'"],
  ],
  ['@liveblocks/client', ["{ createClient } from '@liveblocks/client'"]],
  [
    '@liveblocks/react',
    ["{ LiveblocksProvider, RoomProvider, useOthers, useMyPresence } from '@liveblocks/react'"],
  ],
  ['ably + @ably/spaces', ["{ Realtime } from 'ably'", "{ default as Spaces } from '@ably/spaces'"]],
];

async function bundled(contents, resolveDir, external) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
  });
  return outputFiles[0].contents;
}

const here = import.meta.dirname;

const versionOf = (name) =>
  JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version;

function row(what, bytes) {
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const kibibytes = (count) => (count / 1024).toFixed(1);
  return [what, kibibytes(gzip), kibibytes(brotliCompressSync(bytes).length)];
}

const rows = [];
for (const { what, code, without = [] } of BUDGETS) {
  rows.push(row(`**@mote/presence**: ${what}`, await bundled(code, own, [...REACT, ...without])));
}
for (const [what, exports] of PEERS) {
  const code = exports.map((line) => `export ${line};`).join('\n');
  const versions = exports.map((line) => versionOf(line.replace(/.* from '(.*)'/, '$1')));
  rows.push(row(`${what} (${versions.join(', ')})`, await bundled(code, here, REACT)));
}
console.log('| what | gzip, KiB | brotli, KiB |\n|---|---|---|');
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
