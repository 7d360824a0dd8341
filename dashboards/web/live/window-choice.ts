import { type WindowSeconds, windowChoices } from '../../model/choices.ts';
import { button, element } from '../dom.ts';
import { type Shows, setAttribute } from './keyed.ts';
import type { SetUi } from './section.ts';

/** Buttons for how much of the past the charts show. */
export class WindowChoice implements Shows<WindowSeconds> {
  readonly root: HTMLElement;
  readonly #buttons: readonly (readonly [WindowSeconds, HTMLButtonElement])[];

  constructor(setUi: SetUi) {
    this.#buttons = windowChoices.map((seconds) => [
      seconds,
      button(`${seconds / 60} min`, () => setUi({ windowSeconds: seconds }), { class: 'inline' }),
    ]);
    this.root = element(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Time that charts show' },
      ...this.#buttons.map(([, made]) => made),
    );
  }

  show(chosen: WindowSeconds): void {
    for (const [seconds, made] of this.#buttons)
      setAttribute(made, 'aria-pressed', String(seconds === chosen));
  }
}
