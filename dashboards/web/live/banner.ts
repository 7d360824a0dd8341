import { element } from '../dom.ts';
import { type Freshness, staleText } from './freshness.ts';
import { setText } from './keyed.ts';

/** The banner above everything while figures are old. */
export class Banner {
  readonly root = element('p', { class: 'banner', role: 'alert', hidden: '' });

  show(freshness: Freshness): void {
    const text = staleText(freshness);
    this.root.hidden = text === '';
    setText(this.root, text);
  }
}
