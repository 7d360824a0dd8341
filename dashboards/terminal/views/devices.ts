import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { conditionText, type GapFigures, type GapPart, gapParts, gapWords } from '../../model/gap.ts';
import { kernelsToCome } from '../../model/row-figures.ts';
import { chosenIndex, hasGpu, shownDevices } from '../../model/shown-devices.ts';
import { stackedBar } from '../text/bar.ts';
import { blank, fitLine, type Line, span, toldSpan } from '../text/style.ts';
import { table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import { deviceColumns, nameCell } from './device-columns.ts';
import { noteLines } from './note-lines.ts';
import type { DrawView } from './view.ts';

/** Cells of the name of a device that has a sentence in place of figures. */
const sentenceAt = 24;
const gapGlyphs: Readonly<Record<GapPart['tone'], string>> = { peak: '█', real: '▒', coarse: '░' };

/**
 * A row a device, coarse figure first, real ones after it; where there is room, below it the gap as a bar and in words.
 * A device that is not present says so in place of its figures.
 */
export const devices: DrawView = ({ snapshot, ui, bare }, width, height) => {
  const views = shownDevices(snapshot);
  const told = noteLines(snapshot, width);
  // Rows go before notes; but that there is no GPU is the news itself.
  const least = hasGpu(views) ? views.length + 1 : 1;
  const notes = told.slice(0, Math.max(0, height - least));
  const room = Math.max(0, height - 1 - notes.length);
  const rowsEach = room >= views.length * 2 ? 2 : 1;
  const hidden = Math.max(0, views.length - Math.floor(room / rowsEach));
  const visible = hidden === 0 ? views.length : Math.max(1, room - 1);
  const start = hidden === 0 ? 0 : Math.min(chosenIndex(views.length, ui.device), views.length - visible);
  const shown = views.slice(start, start + visible);

  const look = {
    bare,
    kernelsToCome: kernelsToCome(snapshot),
    withGap: rowsEach === 1,
  };
  const [head = [], ...rows] = table(deviceColumns(views, width, look), shown, width, bare);
  const lines: Line[] = views.length === 0 && notes.length > 0 ? [] : [head];
  for (const [index, view] of shown.entries()) {
    if (view.state.condition !== 'present') lines.push(...absentRows(view, width, rowsEach));
    else lines.push(rows[index] ?? [], ...(rowsEach === 2 ? [gapLine(view, width)] : []));
  }
  if (views.length === 0 && notes.length === 0) {
    lines.push([span('waiting for the first word of a device', 'dim')]);
  }
  if (hidden > 0) lines.push([span(`${views.length - visible} more devices (d moves on)`, 'dim')]);
  return { title: 'devices', note: [], lines: [...lines, ...notes] };
};

/** `gpu3 H200   ✖ lost: it fell off the bus; …`, on as many lines as a device has. */
function absentRows(view: DeviceView, width: number, lines: number): Line[] {
  const cells = Math.min(sentenceAt, Math.floor(width / 3));
  const name = fitLine(nameCell(view, width >= 40), cells);
  const text = conditionText(view);
  const [first, ...rest] = lines === 1 ? [text] : wrap(text, width - cells - 1);
  if (first === text) return [[...name, blank(1), span(text, 'bad')], ...(lines === 1 ? [] : [[]])];
  return [
    [...name, blank(1), span(first ?? '', 'bad')],
    [blank(cells + 3), span(rest.join(' '), 'bad')],
  ];
}

/** `╰ ███▒▒▒▒▒▒░░···  busy, but with a fifth of its arithmetic` */
function gapLine(view: DeviceView, width: number): Line {
  const cells = Math.min(40, Math.max(8, Math.floor(width / 4)));
  return [span('╰ ', 'rule'), ...gapBar(view, cells), blank(2), ...gapWords(view).map(toldSpan)];
}

/** One bar for util, what really ran and what was used, each from where the lower one ends. */
export function gapBar(view: GapFigures, width: number): Line {
  return stackedBar(
    gapParts(view).map(({ share, tone }) => ({ share, glyph: gapGlyphs[tone], role: tone })),
    width,
  );
}
