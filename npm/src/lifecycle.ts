/** The page's life: seen again, thawed, online again, gone, back from the cache. */

/** What is told of it. */
export interface PageWatcher {
  /** Visible, focused or online: whoever waits to reconnect need not. */
  reconnect(): void;
  /** The browser says that there is no network. */
  pageOffline(): void;
  /** The page is left, for good or into the browser's cache: nothing is open from now on. */
  pageHidden(): void;
  /** The page came back from the cache. */
  pageShown(): void;
}

/** Watches until the returned function is called. Does nothing where there is no page. */
export function watchPage(watcher: PageWatcher): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
  const end = new AbortController();
  const on = (target: EventTarget, types: string, act: (event: Event) => void) => {
    for (const type of types.split(' ')) target.addEventListener(type, act, { signal: end.signal });
  };
  const seen = () => watcher.reconnect();
  on(document, 'visibilitychange', () => document.hidden || seen());
  // A page that was frozen hears nothing meanwhile: its socket may be long dead.
  on(document, 'resume', seen);
  on(window, 'online focus', seen);
  on(window, 'offline', () => watcher.pageOffline());
  on(window, 'pagehide', () => watcher.pageHidden());
  on(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) watcher.pageShown();
  });
  return () => end.abort();
}
