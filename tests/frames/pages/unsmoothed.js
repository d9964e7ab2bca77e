import { cursor, listen } from './cursor.js';

const cursors = new Map();
listen((hand, x, y) => {
  if (!cursors.has(hand)) cursors.set(hand, cursor(hand).style);
  cursors.get(hand).transform = `translate(${x * innerWidth}px, ${y * innerHeight}px)`;
});
