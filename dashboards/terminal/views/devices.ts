import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../../src/model/measured.ts';
import type { Ratio } from '../../../src/model/units.ts';
import { stackedBar } from '../text/bar.ts';
import { blank, fitLine, type Line, type Role, type Span, span } from '../text/style.ts';
import { table } from '../text/table.ts';
import { wrap } from '../text/width.ts';
import { heldBy } from './clocks.ts';
import { deviceColumns, nameCell } from './device-columns.ts';
import { deviceNotes } from './device-notes.ts';
import { chosenIndex, hasGpu, shownDevices } from './shown-devices.ts';
import type { DrawView } from './view.ts';

/** Cells of the name of a device that has a sentence in place of figures. */
const sentenceAt = 24;

/**
 * A row a device, coarse figure first, real ones after it; where there is room, below it the gap as a bar and in words.
 * A device that is not present says so in place of its figures.
 */
export const devices: DrawView = ({ snapshot, ui, bare }, width, height) => {
  const views = shownDevices(snapshot);
  const told = deviceNotes(snapshot, width);
  // Rows go before notes; but that there is no GPU is the news itself.
  const least = hasGpu(views) ? views.length + 1 : 1;
  const notes = told.slice(0, Math.max(0, height - least));
  const room = Math.max(0, height - 1 - notes.length);
  const rowsEach = room >= views.length * 2 ? 2 : 1;
  const hidden = Math.max(0, views.length - Math.floor(room / rowsEach));
  const visible = hidden === 0 ? views.length : Math.max(1, room - 1);
  const start = hidden === 0 ? 0 : Math.min(chosenIndex(views.length, ui), views.length - visible);
  const shown = views.slice(start, start + visible);

  const look = {
    bare,
    kernelsToCome: snapshot.training !== null || snapshot.kernels.length > 0,
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
  const words = conditionWords(view);
  const text = words.map((part) => part.text).join('');
  const [first, ...rest] = lines === 1 ? [text] : wrap(text, width - cells - 1);
  if (first === text) return [[...name, blank(1), ...words], ...(lines === 1 ? [] : [[]])];
  return [
    [...name, blank(1), span(first ?? '', 'bad')],
    [blank(cells + 3), span(rest.join(' '), 'bad')],
  ];
}

/** How a device stands that does not answer, with the reason. */
export function conditionWords(view: DeviceView): Span[] {
  const { condition, why } = view.state;
  if (condition === 'present') return [];
  return [span(`✖ ${condition}`, 'bad'), span(why === '' ? '' : `: ${why}`, 'bad')];
}

/** `╰ ███▒▒▒▒▒▒░░···  busy, but with a fifth of its arithmetic` */
function gapLine(view: DeviceView, width: number): Line {
  const cells = Math.min(40, Math.max(8, Math.floor(width / 4)));
  return [span('╰ ', 'rule'), ...gapBar(view, cells), blank(2), ...gapWords(view)];
}

/** The gap in words, and what holds the clocks down. */
export function gapWords(view: DeviceView): Span[] {
  const held = heldBy(view);
  if (held === '') return [span(view.gap, 'gap')];
  return [span(view.gap, 'gap'), span(`${view.gap === '' ? '' : ' · '}▼ clocks held by ${held}`, 'warn')];
}

/**
 * One bar for three figures: how far the arithmetic goes, then the lower and the higher of util and what really ran (SM
 * active, or kernelBusy where there are no counters). On a CPU util can be the lower: kernels run all along, on part of
 * its cores.
 */
export function gapBar(view: DeviceView, width: number): Line {
  const reach = (glyph: string, role: Role, ...figures: Measured<Ratio>[]) => ({
    upTo: ratioOf(figures.find(isKnown)),
    glyph,
    role,
  });
  const reaches = [
    reach('█', 'peak', view.computeThroughput, view.tensorActive, view.peakShare),
    reach('▒', 'real', view.smActive, view.kernelBusy),
    reach('░', 'coarse', view.util),
  ].sort((one, other) => one.upTo - other.upTo);
  return stackedBar(
    reaches.map(({ upTo, glyph, role }, index) => ({
      share: upTo - (reaches[index - 1]?.upTo ?? 0),
      glyph,
      role,
    })),
    width,
  );
}

function ratioOf(measured: Measured<Ratio> | undefined): number {
  if (measured === undefined || !isKnown(measured) || !Number.isFinite(measured.value)) return 0;
  return Math.min(1, Math.max(0, measured.value));
}
