import { clean } from '../../model/clean-text.ts';
import { type Labels, labelOf } from '../../model/labelled.ts';

/** As `warpwatch serve` cuts its own. */
const longestLabel = 128;

/** A label's value as it may be shown. */
export function tidy(text: string): string {
  return clean(text).slice(0, longestLabel).trim();
}

/** The first of these labels that has a text; ''. */
export function firstLabel(labels: Labels, ...names: readonly string[]): string {
  for (const name of names) {
    const text = labelOf(labels, name);
    if (text !== '') return text;
  }
  return '';
}
