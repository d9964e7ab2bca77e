// What drawing 200 moving cursors takes of a page's main thread, in headless Chromium. Writes a line
// for each subject, tab-separated: name, median, least and most milliseconds of tasks a frame; the
// medians of script and of style and layout in it; frames a second.
//
// MOTE_DIST is npm/dist, CHROME the browser.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { CURSORS, liveblocks, mote, moves, plain, TICK_HZ } from './hands.mjs';

const here = import.meta.dirname;
const { MOTE_DIST, CHROME } = process.env;
const [seconds = 10, repetitions = 3] = process.argv.slice(2).map(Number);
const ALL = [
  { name: 'Mote', page: 'mote', shown: '.cursor' },
  { name: 'Liveblocks', page: 'liveblocks', shown: '.lb-cursor' },
  { name: 'perfect-cursors', page: 'perfect-cursors', shown: '.cursor' },
  { name: 'not smoothed', page: 'unsmoothed', shown: '.cursor' },
];

const { ONLY } = process.env;
const SUBJECTS = ALL.filter(({ name }) => !ONLY || ONLY.split(',').includes(name));

/** One that is overwhelmed draws seldom. */
const MOVED_MS = 3_000;

const files = new Map();
for (const { page } of SUBJECTS) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'pages', `${page}.js`)],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/out',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      '@mote/presence/cursors': join(MOTE_DIST, 'cursors.js'),
      '@mote/presence': join(MOTE_DIST, 'index.js'),
    },
  });
  for (const { path, text } of outputFiles) files.set(path.replace('/out', ''), text);
  const style = files.has(`/${page}.css`) ? `<link rel="stylesheet" href="/${page}.css">` : '';
  const head = `<!doctype html><meta charset="utf-8"><title>${page}</title>${style}`;
  files.set(
    `/${page}.html`,
    `${head}<style>body{margin:0}</style><body><script type="module" src="/${page}.js"></script>`,
  );
}

const server = createServer(({ url }, response) => {
  const path = new URL(url, 'http://localhost').pathname;
  const types = { js: 'text/javascript', css: 'text/css', html: 'text/html' };
  const type = types[path.split('.').at(-1)];
  response.writeHead(files.has(path) ? 200 : 404, { 'content-type': type ?? 'text/plain' });
  response.end(files.get(path));
});
serveHands(server);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: CHROME,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const readings = new Map(SUBJECTS.map(({ name }) => [name, []]));
for (let turn = 0; turn < repetitions; turn += 1) {
  for (const subject of SUBJECTS) readings.get(subject.name).push(await read(subject));
}
await browser.close();
server.closeAllConnections();
server.close();
for (const [name, all] of readings) {
  const of = (key) => all.map((reading) => reading[key]).sort((a, b) => a - b);
  const median = (key) => of(key)[all.length >> 1];
  const task = of('task');
  const rest = ['script', 'style', 'hz'].map(median);
  const line = [median('task'), task[0], task.at(-1), ...rest];
  console.log([name, ...line.map((value) => value.toFixed(4))].join('\t'));
}
process.exit();

/** One page for a while: milliseconds of the main thread a frame. */
async function read({ name, page, shown }) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  tab.on('pageerror', (error) => fail(`${name}: ${error}`));
  await tab.goto(`${origin}/${page}.html`);
  await tab.locator(shown).nth(CURSORS - 1).waitFor({ state: 'attached', timeout: 20_000 });
  await tab.evaluate(() => {
    window.frames_drawn = 0;
    const count = () => {
      window.frames_drawn += 1;
      requestAnimationFrame(count);
    };
    count();
  });
  const devtools = await tab.context().newCDPSession(tab);
  // Processor time of the thread, so that what else the machine does is not in it.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const look = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    const all = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    return { ...all, frames: await tab.evaluate('frames_drawn'), at: performance.now() };
  };
  const count = await moving(tab, shown);
  if (count < CURSORS / 2) fail(`${name}: only ${count} of ${CURSORS} cursors move`);
  const before = await look();
  await tab.waitForTimeout(seconds * 1_000);
  const after = await look();
  await tab.close();
  const frames = after.frames - before.frames;
  const of = (...keys) =>
    (keys.reduce((sum, key) => sum + after[key] - before[key], 0) * 1_000) / frames;
  return {
    task: of('TaskDuration'),
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration', 'LayoutDuration'),
    hz: (frames * 1_000) / (after.at - before.at),
  };
}

/** How many cursors are elsewhere after `MOVED_MS`. */
async function moving(tab, shown) {
  const look = () =>
    tab.locator(shown).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
  const before = await look();
  await tab.waitForTimeout(MOVED_MS);
  return (await look()).filter((left, i) => left !== before[i]).length;
}

/** Tells everyone who connects where the hands are, each subject in its own protocol. */
function serveHands(http) {
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket, { url }) => {
    const path = new URL(url, 'http://localhost').pathname;
    const subject = [mote, liveblocks, plain].find((one) => path.startsWith(one.path));
    let tick = 0;
    const start = performance.now();
    const begin = () => {
      if (subject.hello) socket.send(subject.hello());
      if (subject.presences) socket.send(subject.presences());
      const timer = setInterval(() => {
        // Timers are whole milliseconds: as many ticks as are due.
        const now = performance.now() - start;
        for (; tick < (now * TICK_HZ) / 1_000; tick += 1) {
          socket.send(subject.message(moves(tick, now)));
        }
      }, 5);
      socket.on('close', () => clearInterval(timer));
    };
    // Mote's room begins with a Join, whatever it says.
    if (subject === mote) socket.once('message', begin);
    else begin();
  });
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
