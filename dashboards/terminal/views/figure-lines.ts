import { type DeviceFigure, deviceFigures } from '../../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { figureGroups, figureTone, unknownFigures } from '../../model/figure-groups.ts';
import { figureText } from '../../model/figure-text.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, fitLine, type Line, type Role, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';

const shortLabel = 17;
const wholeLabel = 20;
/** From this width on, every label is whole. */
const wholeFrom = 46;
const valueWidth = 10;
const sourceWidth = 10;
const longestMeter = 16;
const leastMeter = 5;

/** All groups, a list of lines each, of the known figures: `power  412 W  nvml`. */
export function groupLines(view: DeviceView, width: number): Line[][] {
  return figureGroups(view).map(({ title, names }) => [
    [span(title, 'title')],
    ...names.map((name) => row(view, name, width)),
  ]);
}

function row(view: DeviceView, name: DeviceFigure, width: number): Line {
  const measured = view[name];
  const role = figureTone(view, name);
  const number = figure(measured, (value) => figureText(name, value), role);
  const labelWidth = width >= wholeFrom ? wholeLabel : shortLabel;
  const label = fitLine([blank(1), span(deviceFigures[name].label, 'dim')], labelWidth);
  const from = isKnown(measured) ? measured.from : '';
  const words = deviceFigures[name].unit === 'throttleReasons';
  if (words) return fitLine([...label, blank(1), number, blank(2), span(from, 'dim')], width);
  const room = Math.min(longestMeter, width - labelWidth - valueWidth - sourceWidth - 3);
  const isRatio = deviceFigures[name].unit === 'ratio';
  const meter = room < leastMeter ? [] : isRatio ? bar(measured.value ?? 0, room, role) : [blank(room)];
  const value = [blank(valueWidth - number.text.length), number];
  return fitLine([...label, ...value, blank(1), ...meter, blank(1), span(from, 'dim')], width);
}

/** The figures that are not known, by reason: `FP64, FP16: the sentence`, wrapped. */
export function unknownLines(view: DeviceView, width: number): Line[] {
  const unknown = unknownFigures(view);
  if (unknown.length === 0) return [];
  return [
    [span('not known', 'title')],
    ...unknown.flatMap(({ labels, why }) => [
      ...wrapped(labels.join(', '), ' – ', 'plain', width),
      ...wrapped(why, '   ', 'dim', width),
    ]),
  ];
}

/** A text on as many lines as it needs, `lead` before the first. */
export function wrapped(text: string, lead: string, role: Role, width: number): Line[] {
  return wrap(text, Math.max(1, width - lead.length)).map((line, index) => [
    index === 0 ? span(lead, 'dim') : blank(lead.length),
    span(line, role),
  ]);
}
