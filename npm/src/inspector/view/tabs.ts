/** Pages of which one is shown, chosen by mouse or by the arrow keys. */
import { button, make } from './dom.js';
import type { View } from './view.js';

/** What a key adds to the number of the chosen tab. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export class Tabs {
  readonly node: HTMLElement;
  readonly #views: readonly View[];
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #changed: () => void;
  #chosen = 0;

  constructor(views: readonly View[], changed: () => void) {
    this.#views = views;
    this.#changed = changed;
    this.#tabs = views.map(({ title }, i) => {
      const tab = button(title, () => this.#choose(i));
      tab.id = `tab-${i}`;
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-controls', `page-${i}`);
      return tab;
    });
    const pages = views.map(({ node }, i) => {
      const attributes = { id: `page-${i}`, role: 'tabpanel', 'aria-labelledby': `tab-${i}` };
      return make('div', attributes, node);
    });
    const list = make('div', { role: 'tablist', 'aria-label': 'Inspector' }, ...this.#tabs);
    list.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (step === undefined) return;
      this.#choose((this.#chosen + step + views.length) % views.length);
      this.focus();
    });
    this.node = make('div', { class: 'tabs' }, list, ...pages);
    this.#show(0);
  }

  /** Puts the keyboard's focus on the chosen tab. */
  focus(): void {
    this.#tabs[this.#chosen]?.focus();
  }

  /** Brings the page that is shown up to date. */
  render(): void {
    this.#views[this.#chosen]?.render();
  }

  #choose(chosen: number): void {
    this.#show(chosen);
    this.#changed();
  }

  #show(chosen: number): void {
    this.#chosen = chosen;
    this.#tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', `${i === chosen}`);
      tab.tabIndex = i === chosen ? 0 : -1;
      const page = this.#views[i]?.node.parentElement;
      if (page) page.hidden = i !== chosen;
    });
  }
}
