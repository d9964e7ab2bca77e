/** What happened to the connection, and what goes through it. */
import { sum } from '../rates.js';
import type { Recorder } from '../recorder.js';
import { clock, size } from '../words.js';
import { type Row, scroller, Table } from './dom.js';
import type { View } from './view.js';

export class ConnectionView implements View {
  readonly title = 'Connection';
  readonly node: HTMLElement;
  readonly #recorder: Recorder;
  readonly #history = new Table('History, newest first', ['Time', 'Status', 'Why']);
  readonly #traffic = new Table('Traffic', [
    'Type',
    'Messages/s',
    'Bytes/s',
    'Messages',
    'Bytes',
  ]);

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    this.#history.node.className = 'history';
    this.#traffic.node.className = 'numbers';
    this.node = scroller(this.title, this.#history.node, this.#traffic.node);
  }

  render(): void {
    const happenings = [...this.#recorder.history.happenings].reverse();
    this.#history.render(
      happenings.map((happening) => {
        const { timeMs, status, why } = happening;
        return { key: happening, cells: [clock(timeMs), status, why] };
      }),
    );
    this.#traffic.render([...this.#way('client'), ...this.#way('server')]);
  }

  /** All that goes one way, and each type of it. */
  #way(from: 'client' | 'server'): Row[] {
    const all = this.#recorder.rates.read(performance.now());
    const kinds = [...all].filter(([kind]) => kind.startsWith(from));
    const perS = sum(kinds.map(([, traffic]) => traffic.perS));
    const total = sum(kinds.map(([, traffic]) => traffic.total));
    const lines = [[from, { perS, total }] as const, ...kinds];
    return lines.map(([kind, traffic]) => {
      const arrow = from === 'client' ? '↑' : '↓';
      return {
        key: kind,
        cells: [
          `${arrow} ${kind.split(' ')[1] ?? (from === 'client' ? 'All sent' : 'All received')}`,
          traffic.perS.messages.toFixed(1),
          size(traffic.perS.bytes),
          `${traffic.total.messages}`,
          size(traffic.total.bytes),
        ],
      };
    });
  }
}
