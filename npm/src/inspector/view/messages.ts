/** The log of messages, and what is done to it. */
import { type Entry, isFlood } from '../log.js';
import type { Recorder } from '../recorder.js';
import { asText, clock, detail, hex, size, summary } from '../words.js';
import { button, make, place, setText } from './dom.js';
import type { View } from './view.js';

/** How near the end counts as at it, in CSS pixels. */
const END_PX = 16;
const ALL = 'all';
const NO_FLOODS = 'no floods';

interface Line {
  readonly node: HTMLLIElement;
  readonly cells: readonly HTMLElement[];
  readonly details: HTMLDetailsElement;
  shown: number;
}

export class MessagesView implements View {
  readonly title = 'Messages';
  readonly node: HTMLElement;
  readonly #recorder: Recorder;
  readonly #list = make('ol', { 'aria-label': 'Messages', tabindex: '0' });
  readonly #filter = make('select', { id: 'filter' });
  readonly #pause: HTMLButtonElement;
  /** What there is to say about the log. */
  readonly #note = make('span', { role: 'status' });
  readonly #lines = new WeakMap<Entry, Line>();
  readonly #types = new Set<string>();

  constructor(recorder: Recorder, changed: () => void) {
    this.#recorder = recorder;
    this.#filter.append(
      make('option', { value: ALL }, 'all messages'),
      make('option', { value: NO_FLOODS }, 'all but cursors and heartbeats'),
    );
    this.#filter.addEventListener('change', changed);
    this.#pause = button('Pause', () => this.#setPaused(!recorder.log.isPaused));
    const clear = button('Clear', () => {
      recorder.log.clear();
      this.#say('');
      changed();
    });
    const copy = button('Copy', () => void this.#copy());
    this.#pause.setAttribute('aria-pressed', 'false');
    const label = make('label', { for: 'filter' }, 'Show');
    const tools = [label, this.#filter, this.#pause, clear, copy, this.#note];
    this.node = make('div', {}, make('div', { class: 'tools' }, ...tools), this.#list);
  }

  render(): void {
    const { log, rates } = this.#recorder;
    for (const kind of rates.read(performance.now()).keys()) {
      this.#addType(kind.split(' ')[1] ?? '');
    }
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    place(this.#list, this.#shown().map((entry) => this.#line(entry).node));
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    if (log.isPaused) this.#say(`paused; ${log.missed} went by since`);
  }

  #shown(): readonly Entry[] {
    const { entries } = this.#recorder.log;
    const wanted = this.#filter.value;
    if (wanted === ALL) return entries;
    return entries.filter(({ type }) => (wanted === NO_FLOODS ? !isFlood(type) : type === wanted));
  }

  #line(entry: Entry): Line {
    let line = this.#lines.get(entry);
    if (!line) {
      line = makeLine(entry);
      this.#lines.set(entry, line);
    }
    if (line.shown !== entry.count) fill(line, entry);
    return line;
  }

  #addType(type: string): void {
    if (this.#types.has(type)) return;
    this.#types.add(type);
    this.#filter.append(make('option', {}, type));
  }

  #setPaused(isPaused: boolean): void {
    const { log } = this.#recorder;
    log.isPaused = isPaused;
    log.missed = 0;
    this.#pause.setAttribute('aria-pressed', `${isPaused}`);
    this.#say(isPaused ? 'paused' : '');
  }

  async #copy(): Promise<void> {
    const entries = this.#shown();
    try {
      await navigator.clipboard.writeText(entries.map(asText).join('\n'));
      this.#say(`copied ${entries.length} lines`);
    } catch {
      this.#say('only a secure page (https or localhost) may copy');
    }
  }

  #say(text: string): void {
    setText(this.#note, text);
  }
}

function makeLine(entry: Entry): Line {
  const cells = ['time', 'way', 'type', 'room', 'said', 'size'].map((name) =>
    make('span', { class: name }),
  );
  const details = make('details', {}, make('summary', {}, ...cells));
  const node = make('li', { 'data-from': entry.from, 'data-type': entry.type }, details);
  const line: Line = { node, cells, details, shown: 0 };
  // Written out only when somebody looks.
  details.addEventListener('toggle', () => expand(line, entry));
  return line;
}

function fill(line: Line, entry: Entry): void {
  const { timeMs, from, type, room, piece, count, bytes } = entry;
  const times = count > 1 ? `${type} ×${count}` : type;
  const way = from === 'client' ? '↑' : '↓';
  const texts = [clock(timeMs), way, times, room, summary(piece), size(bytes)];
  line.cells.forEach((cell, i) => setText(cell, texts[i] ?? ''));
  line.shown = count;
  expand(line, entry);
}

function expand({ details }: Line, { piece, count }: Entry): void {
  for (const old of details.querySelectorAll('pre, p')) old.remove();
  if (!details.open) return;
  const which = count > 1 ? [make('p', {}, `The last of ${count}:`)] : [];
  details.append(...which, make('pre', {}, detail(piece)), make('pre', {}, hex(piece)));
}
