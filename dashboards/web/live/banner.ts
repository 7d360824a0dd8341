import { element } from '../dom.ts';
import { ageText, type Freshness, staleText } from './freshness.ts';
import { setText } from './keyed.ts';

/** The banner above everything while figures are old. Why is read out; how old they are, each second another text, is not. */
export class Banner {
  readonly #why = element('span', { role: 'alert' });
  readonly #age = element('span');
  readonly root = element('p', { class: 'banner', hidden: '' }, this.#why, ' ', this.#age);

  show(freshness: Freshness): void {
    const text = staleText(freshness);
    this.root.hidden = text === '';
    setText(this.#why, text);
    setText(this.#age, text === '' ? '' : ageText(freshness));
  }
}
