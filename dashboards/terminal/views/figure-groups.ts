import { type DeviceFigure, deviceFigures } from '../../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, fitLine, type Line, type Role, span } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { figureText } from './figure-text.ts';

/** The figures of a device as a person looks for them. A figure that stands in none goes to the first. */
const groups: readonly { readonly title: string; readonly figures: readonly DeviceFigure[] }[] = [
  { title: 'activity', figures: [] },
  {
    title: 'memory',
    figures: ['memoryUsedBytes', 'memoryTotalBytes', 'memoryUtil', 'memoryTemperatureCelsius'],
  },
  {
    title: 'power and clocks',
    figures: [
      'powerWatts',
      'powerLimitWatts',
      'energyJoules',
      'temperatureCelsius',
      'fanSpeed',
      'smClockMegahertz',
      'smClockMaxMegahertz',
      'memoryClockMegahertz',
      'memoryClockMaxMegahertz',
      'throttleReasons',
    ],
  },
  {
    title: 'links',
    figures: [
      'pcieGeneration',
      'pcieWidth',
      'pcieTransmitBytesPerSecond',
      'pcieReceiveBytesPerSecond',
      'nvlinkTransmitBytesPerSecond',
      'nvlinkReceiveBytesPerSecond',
    ],
  },
  { title: 'errors', figures: ['eccCorrectedErrors', 'eccUncorrectedErrors', 'xid'] },
];

const roles: Partial<Readonly<Record<DeviceFigure, Role>>> = {
  util: 'coarse',
  smActive: 'real',
  kernelBusy: 'real',
  occupancy: 'occupancy',
  tensorActive: 'peak',
  peakShare: 'peak',
  dramActive: 'dram',
};
/** Counts of errors, which are bad news unless they are 0. */
const alarming: ReadonlySet<DeviceFigure> = new Set(['eccUncorrectedErrors', 'xid']);

const shortLabel = 17;
const wholeLabel = 20;
/** From this width on, every label is whole. */
const wholeFrom = 46;
const valueWidth = 10;
const sourceWidth = 10;
const longestMeter = 16;
const leastMeter = 5;
const allNames = Object.keys(deviceFigures).filter(isFigure);

/** All groups, a list of lines each, of the known figures: `power  412 W  nvml`. */
export function figureGroups(view: DeviceView, width: number): Line[][] {
  const placed = new Set(groups.flatMap(({ figures }) => figures));
  return groups.flatMap(({ title, figures }, index) => {
    const names = index === 0 ? allNames.filter((name) => !placed.has(name)) : figures;
    const known = names.filter((name) => isKnown(view[name]));
    if (known.length === 0) return [];
    return [[[span(title, 'title')], ...known.map((name) => row(view, name, width))]];
  });
}

function row(view: DeviceView, name: DeviceFigure, width: number): Line {
  const measured = view[name];
  const role = alarming.has(name) && measured.value !== 0 ? 'bad' : (roles[name] ?? 'plain');
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
export function unknownFigures(view: DeviceView, width: number): Line[] {
  const byReason = new Map<string, string[]>();
  for (const name of allNames) {
    const measured = view[name];
    if (isKnown(measured)) continue;
    byReason.set(measured.why, [...(byReason.get(measured.why) ?? []), deviceFigures[name].label]);
  }
  if (byReason.size === 0) return [];
  const lines: Line[] = [[span('not known', 'title')]];
  for (const [why, labels] of byReason) {
    lines.push(...wrapped(labels.join(', '), ' – ', 'plain', width), ...wrapped(why, '   ', 'dim', width));
  }
  return lines;
}

/** A text on as many lines as it needs, `lead` before the first. */
export function wrapped(text: string, lead: string, role: Role, width: number): Line[] {
  return wrap(text, Math.max(1, width - lead.length)).map((line, index) => [
    index === 0 ? span(lead, 'dim') : blank(lead.length),
    span(line, role),
  ]);
}

function isFigure(name: string): name is DeviceFigure {
  return name in deviceFigures;
}
