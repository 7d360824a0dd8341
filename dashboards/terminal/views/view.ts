import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { count } from '../../../src/model/numbers.ts';
import { type Line, span } from '../text/style.ts';
import type { UiState } from '../ui-state.ts';

/** What every view draws: a moment of the run, and what the person has set. */
export interface ViewState {
  readonly snapshot: Snapshot;
  readonly ui: UiState;
  /** Whether the panel has no frame, so that the head of its table must part it from the one above. */
  readonly bare: boolean;
}

/** What a view gives its panel. Lines beyond the panel's height are left out, long ones are cut. */
export interface View {
  /** '' where the lines speak for themselves. */
  readonly title: string;
  /** At the right end of the title line. */
  readonly note: Line;
  readonly lines: readonly Line[];
}

/** Draws a panel into a space of `width` by `height` cells. Pure, and never throws. */
export type DrawView = (state: ViewState, width: number, height: number) => View;

/** A view that has lines only. */
export function linesOnly(lines: readonly Line[]): View {
  return { title: '', note: [], lines };
}

/** A page whose figures are worked out only while it is open, before the first look at them. */
export function notYet(title: string, { held }: UiState): View {
  const text = held === null ? 'looking …' : 'paused before this page was opened: p goes on';
  return { title, note: [], lines: [[span(text, 'dim')]] };
}

/**
 * The first of `total` rows to show in a window of `height`, so that the row `cursor` is in sight, in the middle
 * where that can be.
 */
export function windowStart(cursor: number, total: number, height: number): number {
  return Math.max(0, Math.min(cursor - Math.floor(height / 2), total - height));
}

/** How many rows there are, and which of them are in the window. */
export function windowNote(start: number, shown: number, total: number): Line {
  const place = shown < total ? `${start + 1}..${start + shown} of ` : '';
  return [span(`${place}${count(total)}`, 'dim')];
}
