// The line that this page can cut: a WebSocket class for createClient({ WebSocket }) that is really
// closed when told to, and that gets no new connection until the time is over.

export function createLine() {
  const open = new Set();
  let isCut = false;

  class CuttableSocket extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      open.add(this);
      this.addEventListener('close', () => open.delete(this));
      if (isCut) this.close();
    }
  }

  /** Cuts for so many seconds; `tell(seconds)` is called with what is left, at last with 0. */
  function cut(seconds, tell) {
    isCut = true;
    for (const socket of open) socket.close();
    const endsAt = performance.now() + seconds * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
      if (left === 0) {
        isCut = false;
        clearInterval(timer);
        // What a browser tells when the network is back; without it the wait for the next attempt,
        // longer after each failure, would go on.
        dispatchEvent(new Event('online'));
      }
      tell(left);
    }, 250);
    tell(seconds);
  }

  return { WebSocket: CuttableSocket, cut };
}
