import { count, percent } from '../../../src/model/numbers.ts';
import { element, withShare } from '../dom.ts';
import { simpleTable } from './simple-table.ts';

/** A longer table says no more; the stale end is one row. */
const mostRows = 12;

export type Histogram = readonly { readonly staleness: number; readonly updates: number }[];

/** Whether any update came late. */
export function anyStale(histogram: Histogram): boolean {
  return histogram.some(({ staleness, updates }) => staleness > 0 && updates > 0);
}

export interface StalenessRow {
  readonly name: string;
  readonly updates: number;
  /** Of all updates, and of those of the longest row. */
  readonly ofAll: number;
  readonly ofMost: number;
}

/** Updates by staleness, the stale end in one. */
export function stalenessRows(histogram: Histogram): StalenessRow[] {
  const whole = histogram.length > mostRows ? histogram.slice(0, mostRows - 1) : histogram;
  const rest = histogram.slice(whole.length);
  const rows = whole.map(({ staleness, updates }) => ({ name: count(staleness), updates }));
  if (rest[0] !== undefined) rows.push({ name: `≥ ${count(rest[0].staleness)}`, updates: sumOf(rest) });
  const all = Math.max(1, sumOf(histogram));
  const most = rows.reduce((greatest, { updates }) => Math.max(greatest, updates), 1);
  return rows.map((row) => ({ ...row, ofAll: row.updates / all, ofMost: row.updates / most }));
}

/** Updates by staleness, a bar each. */
export function stalenessTable(label: string, histogram: Histogram): HTMLElement {
  return simpleTable(
    label,
    ['staleness', 'updates', 'of all', ''],
    stalenessRows(histogram).map(({ name, updates, ofAll, ofMost }) => [
      name,
      count(updates),
      percent(ofAll),
      withShare(element('span', { class: 'bar wide', 'aria-hidden': 'true' }), ofMost),
    ]),
  );
}

function sumOf(histogram: Histogram): number {
  return histogram.reduce((sum, { updates }) => sum + updates, 0);
}
