import { type DeviceFigure, deviceFigures, figureNames } from '../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../src/analysis/snapshot.ts';
import { isKnown } from '../../src/model/measured.ts';
import type { Tone } from './tone.ts';

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

const tones: Partial<Readonly<Record<DeviceFigure, Tone>>> = {
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

/** Known figures of a device that belong together. */
export interface FigureGroup {
  readonly title: string;
  readonly names: readonly DeviceFigure[];
}

/** Figures that are not known for one and the same reason. */
export interface UnknownFigures {
  readonly labels: readonly string[];
  readonly why: string;
}

/** The known figures in groups; a group of which nothing is known is left out. */
export function figureGroups(view: DeviceView): FigureGroup[] {
  const placed = new Set(groups.flatMap(({ figures }) => figures));
  return groups.flatMap(({ title, figures }, index) => {
    const all = index === 0 ? figureNames.filter((name) => !placed.has(name)) : figures;
    const names = all.filter((name) => isKnown(view[name]));
    return names.length === 0 ? [] : [{ title, names }];
  });
}

/** What a figure means where it stands among the others of its device. */
export function figureTone(view: DeviceView, name: DeviceFigure): Tone {
  return alarming.has(name) && view[name].value !== 0 ? 'bad' : (tones[name] ?? 'plain');
}

/** The figures that are not known, by reason. */
export function unknownFigures(view: DeviceView): UnknownFigures[] {
  const byReason = new Map<string, string[]>();
  for (const name of figureNames) {
    const measured = view[name];
    if (isKnown(measured)) continue;
    byReason.set(measured.why, [...(byReason.get(measured.why) ?? []), deviceFigures[name].label]);
  }
  return [...byReason].map(([why, labels]) => ({ why, labels }));
}
