/** Elements of text and attributes: nothing that a peer says is ever read as HTML. */

/** An element with its attributes and what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A part that scrolls, by keyboard too. */
export function scroller(label: string, ...children: Node[]): HTMLElement {
  const attributes = { class: 'scrolls', tabindex: '0', role: 'group', 'aria-label': label };
  return make('div', attributes, ...children);
}

/** A button that does something. */
export function button(text: string, act: () => void): HTMLButtonElement {
  const node = make('button', { type: 'button' }, text);
  node.addEventListener('click', act);
  return node;
}

/** Writes a text where it is another one than before. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Puts these into a parent, in this order, and nothing else; what is in its place is not moved. */
export function place(parent: Element, nodes: Iterable<Element>): void {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const node of wanted) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}

/** A row of a table: the same `key` is the same row. */
export interface Row {
  readonly key: unknown;
  readonly cells: readonly string[];
  /** Shown before the first cell. */
  readonly color?: string;
}

/** A table that changes only where its rows did. */
export class Table {
  readonly node: HTMLTableElement;
  readonly #body = make('tbody');
  #rows = new Map<unknown, HTMLTableRowElement>();

  constructor(caption: string, headings: readonly string[]) {
    const cells = headings.map((heading) => make('th', { scope: 'col' }, heading));
    const head = make('thead', {}, make('tr', {}, ...cells));
    this.node = make('table', {}, make('caption', {}, caption), head, this.#body);
  }

  render(rows: readonly Row[]): void {
    this.#rows = new Map(rows.map((row) => [row.key, this.#row(row)]));
    place(this.#body, this.#rows.values());
  }

  #row({ key, cells, color }: Row): HTMLTableRowElement {
    const node = this.#rows.get(key) ?? make('tr', {}, ...cells.map(() => make('td')));
    if (color) node.style.setProperty('--swatch', color);
    cells.forEach((text, i) => setText(node.cells[i] as Node, text));
    return node;
  }
}
