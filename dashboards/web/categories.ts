import { type LaneCategory, laneCategories } from '../../src/report/html/page-data.ts';
import { element } from './dom.ts';
import { colourOf } from './theme.ts';

/** The colour of a category, the same in timeline, bars and table; the style sheet has one of each for light and dark. */
export function categoryColour(category: LaneCategory): string {
  return `var(--c-${category})`;
}

/** The colours as a canvas wants them, in the order of `laneCategories`. */
export function categoryColours(): string[] {
  return laneCategories.map((category) => colourOf(`--c-${category}`));
}

/** A coloured mark before the name of a category; the name stands beside it always. */
export function swatch(category: LaneCategory): HTMLElement {
  const made = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  made.style.background = categoryColour(category);
  return made;
}
