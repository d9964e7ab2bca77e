/** The overlay's elements: one over everything, in it one for each cursor, used again and again. */
import { textOn } from './contrast.js';
import { CURSORS_MAX, LABEL_HEIGHT_PX, LABEL_ROOM_PX } from './limits.js';
import { STYLE } from './style.js';

const SVG = 'http://www.w3.org/2000/svg';

/** A cursor's element. Its parts are written only when they change. */
export class CursorNode {
  readonly element: HTMLElement;
  readonly #label: HTMLElement;
  readonly #say: HTMLElement;
  #color = '';
  #transform = '';

  constructor(template: HTMLElement) {
    this.element = template.cloneNode(true) as HTMLElement;
    const tag = this.element.lastElementChild as Element;
    this.#label = tag.firstElementChild as HTMLElement;
    this.#say = tag.lastElementChild as HTMLElement;
  }

  dress(connectionId: number, color: string, label: string, say: string): void {
    this.element.dataset['user'] = `${connectionId}`;
    if (this.#color !== color) {
      this.#color = color;
      this.element.style.setProperty('--color', color);
      this.element.style.setProperty('--on-color', textOn(color));
    }
    write(this.#label, label);
    write(this.#say, say);
  }

  /** Pixels from the layer's corner, and how many are left to its other edges. */
  place(x: number, y: number, right: number, below: number): void {
    const transform = `translate3d(${x.toFixed(2)}px,${y.toFixed(2)}px,0)`;
    if (this.#transform === transform) return;
    this.#transform = transform;
    this.element.style.transform = transform;
    this.mark('left', right < LABEL_ROOM_PX);
    this.mark('above', below < LABEL_HEIGHT_PX);
  }

  mark(name: 'left' | 'above' | 'idle' | 'gone', isSet: boolean): void {
    const { dataset } = this.element;
    if (isSet === name in dataset) return;
    if (isSet) dataset[name] = '';
    else delete dataset[name];
  }

  /** Scrolled out of what it is in. */
  clip(isOut: boolean): void {
    const visibility = isOut ? 'hidden' : '';
    if (this.element.style.visibility !== visibility) this.element.style.visibility = visibility;
  }
}

export class Layer {
  readonly host = document.createElement('div');
  readonly #root: ShadowRoot;
  readonly #template = template();
  readonly #free: CursorNode[] = [];

  constructor(container: Element) {
    const { host } = this;
    host.dataset['moteCursors'] = '';
    host.setAttribute('aria-hidden', 'true');
    // Important, so that no rule of the page for its own elements is meant for this one.
    for (const [name, value] of Object.entries(HOST)) {
      host.style.setProperty(name, value, 'important');
    }
    this.#root = host.attachShadow({ mode: 'open' });
    addStyle(this.#root);
    container.append(host);
  }

  take(): CursorNode {
    const node = this.#free.pop() ?? new CursorNode(this.#template);
    node.mark('idle', false);
    node.mark('gone', false);
    this.#root.append(node.element);
    return node;
  }

  give(node: CursorNode): void {
    node.element.remove();
    if (this.#free.length < CURSORS_MAX) this.#free.push(node);
  }

  setHidden(isHidden: boolean): void {
    this.host.style.setProperty('display', isHidden ? 'none' : 'block', 'important');
  }
}

const HOST = {
  all: 'initial',
  position: 'fixed',
  inset: '0',
  overflow: 'hidden',
  contain: 'strict',
  'pointer-events': 'none',
  'user-select': 'none',
  'z-index': 'var(--mote-cursor-z-index, 2147483646)',
};

function template(): HTMLElement {
  const cursor = part('div', 'cursor');
  const arrow = document.createElementNS(SVG, 'svg');
  arrow.setAttribute('part', 'arrow');
  arrow.setAttribute('viewBox', '0 0 20 20');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M2 2 18.5 8.6 11.2 11.2 8.6 18.5Z');
  arrow.append(path);
  const tag = part('div', 'tag');
  for (const name of ['label', 'say']) {
    const text = part('div', name);
    text.dir = 'auto';
    tag.append(text);
  }
  cursor.append(arrow, tag);
  return cursor;
}

function part(tag: 'div', name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('part', name);
  return element;
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** As a constructed sheet where there are such: a Content Security Policy allows them. */
function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = STYLE;
    root.append(style);
  }
}
