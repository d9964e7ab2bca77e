/** Faults to inject. */
import { type Faults, NO_FAULTS } from '../faults.js';
import { LATENCY_MS_MAX, SLOW_BYTES_PER_S_MAX } from '../limits.js';
import type { Recorder } from '../recorder.js';
import { button, make } from './dom.js';
import type { View } from './view.js';

type Amount = 'outMs' | 'inMs' | 'bytesPerS';

export class FaultsView implements View {
  readonly title = 'Faults';
  readonly node: HTMLElement;
  readonly #recorder: Recorder;
  readonly #amounts: Record<Amount, HTMLInputElement>;
  readonly #silence = make('input', { type: 'checkbox' });

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    this.#amounts = {
      outMs: this.#amount('outMs', LATENCY_MS_MAX),
      inMs: this.#amount('inMs', LATENCY_MS_MAX),
      bytesPerS: this.#amount('bytesPerS', SLOW_BYTES_PER_S_MAX),
    };
    this.#silence.addEventListener('change', () => {
      recorder.setFaults({ isSilent: this.#silence.checked });
    });
    const { outMs, inMs, bytesPerS } = this.#amounts;
    this.node = make(
      'div',
      { class: 'scrolls faults' },
      make('label', {}, 'Latency of what is sent, ms', outMs),
      make('label', {}, 'Latency of what is received, ms', inMs),
      make('label', {}, 'Slow line, bytes a second each way (0: not slow)', bytesPerS),
      make('label', { class: 'check' }, this.#silence, 'Silence: nothing gets through'),
      make(
        'p',
        {},
        'What is sent into a silence waits, as on a line that a network swallows. ' +
          'The client finds out by its heartbeats and then tries anew, in vain until it ends.',
      ),
      make(
        'div',
        { class: 'tools' },
        button('Cut the line', () => recorder.cut()),
        button('Reconnect now', () => recorder.reconnect()),
        button('End all faults', () => recorder.setFaults(NO_FAULTS)),
      ),
    );
  }

  render(): void {
    const { faults } = this.#recorder;
    this.#silence.checked = faults.isSilent;
    for (const [name, input] of Object.entries(this.#amounts) as [Amount, HTMLInputElement][]) {
      // What is typed at this moment stays as it is typed.
      if (Number(input.value) !== faults[name]) input.value = `${faults[name]}`;
    }
  }

  #amount(name: Amount, max: number): HTMLInputElement {
    const input = make('input', { type: 'number', min: '0', max: `${max}`, step: '1', value: '0' });
    input.addEventListener('input', () => {
      const value = Math.min(Math.max(Math.round(input.valueAsNumber) || 0, 0), max);
      this.#recorder.setFaults({ [name]: value } as Pick<Faults, Amount>);
    });
    return input;
  }
}
