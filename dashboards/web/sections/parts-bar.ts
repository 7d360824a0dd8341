import { percent } from '../../../src/model/numbers.ts';
import { element, term } from '../dom.ts';

/** One part of a whole that is drawn as a bar. */
export interface Part {
  readonly word: string;
  readonly label: string;
  /** Of the whole, 0..1. */
  readonly share: number;
  readonly text: string;
  /** A colour, as the style sheet writes it. */
  readonly colour: string;
}

/** The bar alone, where the same stands in words beside it. */
export function barOf(parts: readonly Pick<Part, 'share' | 'colour'>[]): HTMLElement {
  const pieces = parts.map(({ share, colour }) => {
    const piece = element('span');
    piece.style.flexGrow = String(Math.max(0, share));
    piece.style.background = colour;
    return piece;
  });
  return element('div', { class: 'parts-bar', 'aria-hidden': 'true' }, ...pieces);
}

/** A whole as one bar in parts, with a legend that says the same in words. */
export function partsBar(label: string, parts: readonly Part[]): HTMLElement {
  const items = parts.map(({ word, label, share, text, colour }) => {
    const mark = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    mark.style.background = colour;
    const name = word === '' ? element('span', {}, label) : term(word, label);
    return element('li', {}, mark, name, element('span', { class: 'value' }, `${text} · ${percent(share)}`));
  });
  return element(
    'div',
    { class: 'parts' },
    barOf(parts),
    element('ul', { class: 'legend', 'aria-label': label }, ...items),
  );
}
