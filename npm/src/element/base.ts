/** What elements are made of. Where there is no page (a server that renders) there are none. */

/** `HTMLElement`, or an empty class where nothing can be defined anyway. */
export const BaseElement: typeof HTMLElement =
  globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** Defines an element unless the page has it already, by another copy of this package. */
export function define(name: string, element: CustomElementConstructor): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (registry && !registry.get(name)) registry.define(name, element);
}

/** An element with attributes and children; strings are text, never HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: { [name: string]: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
