import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { fitLine, renderLine, span, type Theme } from './text/style.ts';
import type { UiState } from './ui-state.ts';

/**
 * One whole screen.
 * @returns `height` strings of at most `width` cells, with SGR sequences as the theme has them.
 */
export function frame(
  snapshot: Snapshot,
  _ui: UiState,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const title = fitLine([span(snapshot.title, 'title')], width);
  return Array.from({ length: height }, (_, row) => (row === 0 ? renderLine(title, theme) : ''));
}
