import { PerfectCursor } from 'perfect-cursors';
import { cursor, listen } from './cursor.js';

const cursors = new Map();
listen((hand, x, y) => {
  let moved = cursors.get(hand);
  if (!moved) {
    const { style } = cursor(hand);
    moved = new PerfectCursor(([left, top]) => {
      style.transform = `translate(${left}px, ${top}px)`;
    });
    cursors.set(hand, moved);
  }
  moved.addPoint([x * innerWidth, y * innerHeight]);
});
