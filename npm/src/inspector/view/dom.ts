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
  readonly #rows = new Map<unknown, HTMLTableRowElement>();

  constructor(caption: string, headings: readonly string[]) {
    const cells = headings.map((heading) => make('th', { scope: 'col' }, heading));
    const head = make('thead', {}, make('tr', {}, ...cells));
    this.node = make('table', {}, make('caption', {}, caption), head, this.#body);
  }

  render(rows: readonly Row[]): void {
    let next = this.#body.firstElementChild;
    for (const row of rows) {
      const node = this.#row(row);
      if (node === next) next = next.nextElementSibling;
      else this.#body.insertBefore(node, next);
    }
    const kept = new Set(rows.map(({ key }) => key));
    for (const [key, node] of this.#rows) {
      if (kept.has(key)) continue;
      node.remove();
      this.#rows.delete(key);
    }
  }

  #row({ key, cells, color }: Row): HTMLTableRowElement {
    let node = this.#rows.get(key);
    if (!node) {
      node = make('tr', {}, ...cells.map(() => make('td')));
      this.#rows.set(key, node);
    }
    if (color !== undefined && node.dataset['color'] !== color) {
      node.dataset['color'] = color;
      node.style.setProperty('--swatch', color);
    }
    cells.forEach((text, i) => setText(node.cells[i] as Node, text));
    return node;
  }
}
