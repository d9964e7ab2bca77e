/** The overlay's elements: one over everything, in it one for each cursor, used again and again. */
import { inkOn } from '../ui/contrast.js';
import { CURSORS_MAX, LABEL_HEIGHT_PX, LABEL_ROOM_PX } from './limits.js';
import { STYLE } from './style.js';

const SVG = 'http://www.w3.org/2000/svg';

/** What a cursor can be, as attributes of its element and of its look. */
type Mark = 'idle' | 'gone' | 'left' | 'above';

/** A cursor's element. What it was told is kept: the page is only written to, only with news. */
export class CursorNode {
  readonly element: HTMLElement;
  readonly #look: HTMLElement;
  readonly #label: Element;
  readonly #say: Element;
  readonly #told: Partial<Record<Mark | 'color' | 'label' | 'say', string | boolean>> = {};
  #isOut = false;
  #x = NaN;
  #y = NaN;

  constructor(template: HTMLElement) {
    this.element = template.cloneNode(true) as HTMLElement;
    this.#look = this.element.firstElementChild as HTMLElement;
    const tag = this.#look.lastElementChild as Element;
    this.#label = tag.firstElementChild as Element;
    this.#say = tag.lastElementChild as Element;
  }

  dress(connectionId: number, color: string, label: string, say: string): void {
    this.element.dataset['user'] = `${connectionId}`;
    if (this.#isNew('color', color)) {
      this.#look.style.setProperty('--color', color);
      this.#look.style.setProperty('--on-color', inkOn(color));
    }
    if (this.#isNew('label', label)) this.#label.textContent = label;
    if (this.#isNew('say', say)) this.#say.textContent = say;
  }

  /** Pixels from the layer's corner, and how many are left to its other edges. */
  place(x: number, y: number, right: number, below: number): void {
    const [left, top] = [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
    if (left === this.#x && top === this.#y) return;
    this.#x = left;
    this.#y = top;
    this.element.style.transform = `translate3d(${left}px,${top}px,0)`;
    this.mark('left', right < LABEL_ROOM_PX);
    this.mark('above', below < LABEL_HEIGHT_PX);
  }

  mark(mark: Mark, isSet: boolean): void {
    if (!this.#isNew(mark, isSet)) return;
    const element = mark === 'left' || mark === 'above' ? this.#look : this.element;
    element.toggleAttribute(`data-${mark}`, isSet);
  }

  /** Scrolled out of what it is in. */
  clip(isOut: boolean): void {
    if (this.#isOut === isOut) return;
    this.#isOut = isOut;
    this.element.style.visibility = isOut ? 'hidden' : '';
  }

  #isNew(name: Mark | 'color' | 'label' | 'say', value: string | boolean): boolean {
    if (this.#told[name] === value) return false;
    this.#told[name] = value;
    return true;
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
  const look = part('div', 'look');
  look.append(arrow, tag);
  cursor.append(look);
  return cursor;
}

function part(tag: 'div', name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.setAttribute('part', name);
  return element;
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
