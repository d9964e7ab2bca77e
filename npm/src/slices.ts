/** Long work in short pieces, so that the page goes on answering. */
import { SLICE_MS } from './limits.js';

/** Does all of it, for at most a slice's time at once, and begins with a task of its own. */
export async function inSlices<T>(work: Iterator<unknown, T>): Promise<T> {
  for (;;) {
    await nextTask();
    const end_ms = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < end_ms);
  }
}

/** A message comes at once, where a timer in a timer waits for 4 ms. */
function nextTask(): Promise<unknown> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      setTimeout(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
