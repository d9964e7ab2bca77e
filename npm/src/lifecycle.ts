/** The page's life: seen again, thawed, online again, gone, back from the cache. */

/** What is told of it. */
export interface PageWatcher {
  /** Visible, focused or online: whoever waits to reconnect need not. */
  pageVisible(): void;
  /** The browser says that there is no network. */
  pageOffline(): void;
  /** The page is left, for good or into the browser's cache. */
  pageHidden(): void;
  /** The page came back from the cache. */
  pageShown(): void;
}

/** Watches until the returned function is called. Does nothing where there is no page. */
export function watchPage(watcher: PageWatcher): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
  const end = new AbortController();
  const { signal } = end;
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') watcher.pageVisible();
    },
    { signal },
  );
  // A page that was frozen hears nothing meanwhile: its socket may be long dead.
  document.addEventListener('resume', () => watcher.pageVisible(), { signal });
  for (const type of ['online', 'focus']) {
    window.addEventListener(type, () => watcher.pageVisible(), { signal });
  }
  window.addEventListener('offline', () => watcher.pageOffline(), { signal });
  window.addEventListener('pagehide', () => watcher.pageHidden(), { signal });
  window.addEventListener(
    'pageshow',
    (event) => {
      if (event.persisted) watcher.pageShown();
    },
    { signal },
  );
  return () => end.abort();
}
