import { entriesOf, type SourceEntry } from '../../model/source-entries.ts';
import { blank, fitLine, type Line, span, toldSpan } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { type DrawView, windowStart } from './view.ts';

const whereWidth = 10;
const nameWidth = 18;
const valueWidth = 14;

/** Every figure of the run: its value, its source, and for those that are missing the reason. */
export const sources: DrawView = ({ snapshot, ui }, width, height) => {
  const entries = entriesOf(snapshot);
  const groups = entries.map((entry, index) => linesOf(entry, width, index === ui.cursor));
  const lines = groups.flat();
  const start = windowStart(groups.slice(0, ui.cursor).flat().length, lines.length, height);
  const missing = entries.filter((entry) => !entry.known).length;
  return {
    title: 'sources',
    note: [span(`${entries.length} figures, ${missing} not known`, 'dim')],
    lines: lines.slice(start, start + height),
  };
};

function linesOf(entry: SourceEntry, width: number, chosen: boolean): Line[] {
  const taken = whereWidth + nameWidth + valueWidth + 3;
  const head: Line = [
    span(chosen ? '▸ ' : '  ', 'key'),
    ...fitLine([span(entry.where, 'dim')], whereWidth - 2),
    blank(1),
    ...fitLine([span(entry.name, chosen ? 'selected' : 'plain')], nameWidth),
    blank(1),
    ...fitLine([toldSpan(entry.value)], valueWidth),
    blank(1),
  ];
  // Where there is no room beside the value, the origin goes below it.
  const beside = width - taken >= 20;
  const indent = beside ? taken : 4;
  const origin = wrap(entry.origin, Math.max(1, width - indent));
  const role = entry.known ? 'dim' : 'gap';
  if (!beside) return [head, ...origin.map((text): Line => [blank(indent), span(text, role)])];
  return [
    [...head, span(origin[0] ?? '', role)],
    ...origin.slice(1).map((text): Line => [blank(indent), span(text, role)]),
  ];
}
