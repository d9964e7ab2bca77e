/** What may move a surface without a cursor that moves. */

/** Calls `look` then; `changed` when elements came, went or changed. Returns what ends it. */
export function watchLayout(
  elements: readonly Element[],
  look: () => void,
  changed: () => void,
): () => void {
  const end = new AbortController();
  const options = { signal: end.signal, passive: true, capture: true };
  for (const name of ['scroll', 'resize', 'load']) window.addEventListener(name, look, options);
  for (const name of ['transitionstart', 'transitionend', 'animationstart', 'animationend']) {
    document.addEventListener(name, look, options);
  }
  // Pages of tests (jsdom) have none, nor a layout that it could tell of.
  const sizes = globalThis.ResizeObserver ? new ResizeObserver(look) : null;
  for (const element of elements) sizes?.observe(element);
  const elementsChange = new MutationObserver(changed);
  elementsChange.observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['class', 'style', 'hidden', 'open', 'data-mote-anchor'],
  });
  return () => {
    end.abort();
    sizes?.disconnect();
    elementsChange.disconnect();
  };
}
