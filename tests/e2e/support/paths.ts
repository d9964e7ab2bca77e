// Where things are: the repository, the server's binary, the page's folder.

import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../../..');

/** The server to test: `MOTE_BIN`, or what `cargo build --release` made. */
export const moteBinary = process.env.MOTE_BIN ?? path.join(repository, 'target/release/mote');

/** The verbs of the project: `MOTE_XTASK`, or what `cargo xtask` made. */
export const xtask = process.env.MOTE_XTASK ?? path.join(repository, 'target/debug/xtask');

/** The SDK as it was built. */
export const sdkFolder = path.join(repository, 'npm/dist');

/** The page to serve: `MOTE_DEMO_DIR`, or the folder that assemble.ts makes from the sources. */
export const demoFolder = process.env.MOTE_DEMO_DIR ?? path.join(repository, 'demo/dist');
