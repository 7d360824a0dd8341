import type { Measured } from '../../../src/model/measured.ts';
import { unknownMark } from '../../../src/model/numbers.ts';
import { type Child, element, term } from '../dom.ts';
import { words } from '../words.ts';

/** A cell: its text or content, and why it is unknown. */
export type Entry = string | Node | { readonly why: string };

/** A table of a few rows. The first column is text and names the row. */
export function simpleTable(
  label: string,
  heads: readonly string[],
  rows: readonly (readonly Entry[])[],
): HTMLElement {
  const head = heads.map((name, at) =>
    element('th', { scope: 'col', class: at === 0 ? 'text' : 'number' }, words[name] ? term(name) : name),
  );
  const body = rows.map((row) => element('tr', {}, ...row.map((entry, at) => cellOf(entry, at === 0))));
  return element(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': label },
    element(
      'table',
      { 'aria-label': label },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...body),
    ),
  );
}

function cellOf(entry: Entry, first: boolean): HTMLElement {
  const attributes: Record<string, string> = { class: first ? 'text' : 'number' };
  if (first) attributes['scope'] = 'row';
  const tag = first ? 'th' : 'td';
  if (typeof entry === 'string' || entry instanceof Node) return element(tag, attributes, entry as Child);
  attributes['class'] += ' unknown';
  attributes['data-tip'] = entry.why;
  return element(tag, attributes, unknownMark);
}

/** A measured value as an entry, with its reason where it is absent. */
export function entryOf(figure: Measured, format: (value: number) => string): Entry {
  return figure.value === null ? { why: figure.why } : format(figure.value);
}
