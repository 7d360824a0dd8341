import { element } from '../dom.ts';
import { type Shows, setText } from './keyed.ts';
import type { SetUi } from './section.ts';

/** A field for the filter of a table, and how many rows it leaves. */
export class Filter implements Shows<{ readonly text: string; readonly found: string }> {
  readonly root: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #found = element('span', { class: 'status' });

  constructor(label: string, setUi: SetUi) {
    this.#field = element('input', {
      type: 'search',
      placeholder: 'Part of a name',
      'aria-label': label,
      'aria-keyshortcuts': '/',
      maxlength: '64',
    });
    this.#field.addEventListener('input', () => setUi({ filter: this.#field.value }));
    this.root = element('div', { class: 'tools' }, this.#field, this.#found);
  }

  show({ text, found }: { readonly text: string; readonly found: string }): void {
    if (this.#field.value !== text) this.#field.value = text;
    setText(this.#found, found);
  }
}
