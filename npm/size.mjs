// What a browser downloads: each file raw and compressed.
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const dist = new URL('dist/', import.meta.url);
const names = readdirSync(dist).filter((name) => /\.(js|cjs|wasm)$/.test(name));
const row = (...cells) =>
  cells.map((cell, i) => (i === 0 ? `${cell}`.padEnd(18) : `${cell}`.padStart(9))).join('');

console.log(row('bytes', 'raw', 'gzip', 'brotli'));
for (const name of names) {
  const bytes = readFileSync(new URL(name, dist));
  console.log(
    row(name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length),
  );
}
