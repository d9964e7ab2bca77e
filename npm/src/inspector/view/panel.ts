/** The button in the corner, and the panel that it opens. */
import type { Status } from '../../types.js';
import { faultWords } from '../faults.js';
import { PROBE_INTERVAL_MS, TICK_MS } from '../limits.js';
import { sum } from '../rates.js';
import type { Recorder } from '../recorder.js';
import { size } from '../words.js';
import { ConnectionView } from './connection.js';
import { button, make, setText } from './dom.js';
import { FaultsView } from './faults.js';
import { MessagesView } from './messages.js';
import { RoomsView } from './rooms.js';
import { addStyle } from './style.js';
import { Tabs } from './tabs.js';

export class Panel {
  readonly #recorder: Recorder;
  readonly #host = make('div', { 'data-mote-inspector': '' });
  readonly #root = make('section', { 'aria-label': 'Mote inspector' });
  readonly #toggle: HTMLButtonElement;
  readonly #toggleStatus = make('span', { class: 'hidden' });
  readonly #panel: HTMLElement;
  readonly #status = make('strong');
  readonly #facts = make('span', { class: 'facts' });
  readonly #faults = make('span', { class: 'warning' });
  readonly #tabs: Tabs;
  #shownStatus: Status | undefined;
  #frame: number | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #probedMs = 0;

  constructor(recorder: Recorder, corner: string) {
    this.#recorder = recorder;
    this.#toggle = button('', () => this.open(true));
    this.#toggle.className = 'toggle';
    this.#toggle.setAttribute('aria-expanded', 'false');
    this.#toggle.append(dot(), 'Mote', this.#toggleStatus);
    this.#tabs = new Tabs(
      [
        new MessagesView(recorder, () => this.changed()),
        new RoomsView(recorder),
        new ConnectionView(recorder),
        new FaultsView(recorder),
      ],
      () => this.changed(),
    );
    const close = button('×', () => this.close());
    close.setAttribute('aria-label', 'Close the inspector');
    const head = [dot(), this.#status, this.#facts, this.#faults, close];
    this.#panel = make('div', { class: 'panel' }, make('header', {}, ...head), this.#tabs.node);
    this.#panel.hidden = true;
    this.#root.append(this.#toggle, this.#panel);
    this.#root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#isOpen) this.close();
    });
    // What is typed in here is no shortcut of the application's.
    for (const name of ['keydown', 'keyup', 'keypress']) {
      this.#host.addEventListener(name, (event) => event.stopPropagation());
    }
    this.#host.dataset['corner'] = corner;
    const shadow = this.#host.attachShadow({ mode: 'open' });
    addStyle(shadow);
    shadow.append(this.#root);
    document.body.append(this.#host);
    this.#showStatus();
  }

  get #isOpen(): boolean {
    return !this.#panel.hidden;
  }

  /** Shows the panel; with the keyboard's focus in it if wanted. */
  open(takesFocus: boolean): void {
    this.#show(true);
    this.#ticks ??= setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
    if (takesFocus) this.#tabs.focus();
  }

  /** Shows the button alone; nothing is drawn or measured any more. */
  close(): void {
    this.#show(false);
    this.#rest();
    this.#toggle.focus();
  }

  /** There is something new: it is drawn at the next frame, if anybody sees it. */
  changed(): void {
    this.#showStatus();
    if (!this.#isOpen) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#render();
    });
  }

  /** Takes everything off the page. */
  remove(): void {
    this.#rest();
    this.#panel.hidden = true;
    this.#host.remove();
  }

  #show(isOpen: boolean): void {
    this.#panel.hidden = !isOpen;
    this.#toggle.hidden = isOpen;
    this.#toggle.setAttribute('aria-expanded', `${isOpen}`);
  }

  #rest(): void {
    clearInterval(this.#ticks);
    this.#ticks = undefined;
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  #tick(): void {
    this.#recorder.look();
    const now = performance.now();
    if (now - this.#probedMs >= PROBE_INTERVAL_MS) {
      this.#probedMs = now;
      this.#recorder.probe();
    }
    this.changed();
  }

  #showStatus(): void {
    const { status } = this.#recorder;
    if (status === this.#shownStatus) return;
    this.#shownStatus = status;
    this.#root.dataset['status'] = status;
    setText(this.#toggleStatus, ` inspector: ${status}`);
    setText(this.#status, status);
  }

  #render(): void {
    const { trips, reconnects, faults } = this.#recorder;
    const trip = trips.lastMs === null ? '–' : `${Math.round(trips.lastMs)} ms`;
    const facts = [`round trip ${trip}`, this.#rate('client'), this.#rate('server')];
    setText(this.#facts, [...facts, `reconnects ${reconnects}`].join('  ·  '));
    const words = faultWords(faults);
    setText(this.#faults, words && `Faults: ${words}`);
    this.#tabs.render();
  }

  #rate(from: 'client' | 'server'): string {
    const kinds = [...this.#recorder.rates.read(performance.now())];
    const own = kinds.filter(([kind]) => kind.startsWith(from));
    const { messages, bytes } = sum(own.map(([, { perS }]) => perS));
    return `${from === 'client' ? '↑' : '↓'} ${Math.round(messages)}/s ${size(bytes)}/s`;
  }
}

/** The colour of the status, which stands beside it in words. */
function dot(): HTMLElement {
  return make('span', { class: 'dot', 'aria-hidden': 'true' });
}
