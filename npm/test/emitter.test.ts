import { afterEach, expect, it } from 'vitest';
import { Emitter } from '../src/emitter.js';

const { queueMicrotask } = globalThis;
afterEach(() => {
  globalThis.queueMicrotask = queueMicrotask;
});

it('a listener that throws stops nobody, and its error is still seen', () => {
  const later: (() => void)[] = [];
  globalThis.queueMicrotask = (task) => later.push(task);
  const emitter = new Emitter<{ ping: (n: number) => void }>();
  const got: number[] = [];
  emitter.on('ping', () => {
    throw new Error('mine');
  });
  emitter.on('ping', (n) => got.push(n));
  emitter.emit('ping', 1);
  expect(got).toEqual([1]);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('mine');
});

it('a function that listens twice is called twice, and ends each by itself', () => {
  const emitter = new Emitter<{ ping: () => void }>();
  let calls = 0;
  const count = () => void (calls += 1);
  const end = emitter.on('ping', count);
  emitter.on('ping', count);
  emitter.emit('ping');
  end();
  end();
  emitter.emit('ping');
  expect(calls).toBe(3);
  expect(emitter.has('ping')).toBe(true);
});

it('a listener that ends while it is called does not disturb the others', () => {
  const emitter = new Emitter<{ ping: () => void }>();
  let calls = 0;
  const end = emitter.on('ping', () => end());
  emitter.on('ping', () => void (calls += 1));
  emitter.emit('ping');
  expect(calls).toBe(1);
});
