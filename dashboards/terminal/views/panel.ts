import { blank, fitLine, type Line, lineWidth, type Span, span } from '../text/style.ts';
import { displayWidth, truncate } from '../text/width.ts';
import type { Panel } from './layout.ts';
import type { View } from './view.ts';

/** The space that a panel leaves to its view. */
export function inside(panel: Panel): { width: number; height: number } {
  if (panel.frame === 'box') {
    return { width: Math.max(0, panel.width - 4), height: Math.max(0, panel.height - 2) };
  }
  return { width: panel.width, height: panel.frame === 'rule' ? panel.height - 1 : panel.height };
}

/** The view in its frame: exactly `panel.height` lines of exactly `panel.width` cells. */
export function framePanel(panel: Panel, view: View): Line[] {
  const { width, height } = inside(panel);
  const body = Array.from({ length: height }, (_, row) => fitLine(view.lines[row] ?? [], width));
  if (panel.frame === 'none') return body;
  if (panel.frame === 'rule') return [titleLine(view, panel.width, '──', '──'), ...body];
  return [
    titleLine(view, panel.width, '╭─', '─╮'),
    ...body.map((line) => [span('│', 'rule'), blank(1), ...line, blank(1), span('│', 'rule')]),
    [span(`╰${'─'.repeat(Math.max(0, panel.width - 2))}╯`, 'rule')],
  ].map((line) => fitLine(line, panel.width));
}

/** `╭─ title ───── note ─╮`. The note goes first where room is short. */
function titleLine(view: View, width: number, left: string, right: string): Line {
  const ends = left.length + right.length;
  if (width < ends + 4) return [span('─'.repeat(Math.max(0, width)), 'rule')];
  const title = truncate(view.title, width - ends - 2);
  const noteWidth = lineWidth(view.note);
  const room = width - ends - displayWidth(title) - 2;
  const note: Span[] = noteWidth > 0 && noteWidth + 3 <= room ? [blank(1), ...view.note, blank(1)] : [];
  const fill = room - (note.length > 0 ? noteWidth + 2 : 0);
  return [
    span(left, 'rule'),
    span(title === '' ? '──' : ` ${title} `, 'title'),
    span('─'.repeat(Math.max(0, fill)), 'rule'),
    ...note,
    span(right, 'rule'),
  ];
}
