import { element } from '../dom.ts';
import { type Shows, setText } from './keyed.ts';

/** A sentence in small print. */
export function noteItem(): Shows<string> {
  const root = element('p', { class: 'note' });
  return { root, show: (text) => setText(root, text) };
}
