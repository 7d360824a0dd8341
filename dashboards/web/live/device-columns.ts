import { type DeviceFigure, deviceFigures } from '../../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { percent, withUnit } from '../../../src/model/numbers.ts';
import { heldBy, isHeld } from '../../model/clocks.ts';
import { figureText } from '../../model/figure-text.ts';
import { conditionText, gapParts, gapWords } from '../../model/gap.ts';
import { hasFigure } from '../../model/row-figures.ts';
import type { Tone } from '../../model/tone.ts';
import { element } from '../dom.ts';
import type { Shows } from './keyed.ts';
import { figureColumn, type LiveColumn } from './live-table.ts';
import { PartsBar } from './parts.ts';
import { type Figure, figureOf, shareOf, ToldText } from './told.ts';

const shares: readonly (readonly [DeviceFigure, Tone])[] = [
  ['util', 'coarse'],
  ['smActive', 'real'],
  ['kernelBusy', 'real'],
];
const deeper: readonly (readonly [DeviceFigure, Tone])[] = [
  ['occupancy', 'occupancy'],
  ['tensorActive', 'peak'],
  ['dramActive', 'dram'],
  ['peakShare', 'peak'],
];

/** The colours of the gap bar, as the charts have them. */
export const gapColours = {
  peak: 'var(--l-peak)',
  real: 'var(--l-smActive)',
  coarse: 'var(--l-util)',
} as const;

/** The columns of the overview: the coarse figure, beside it the real ones, the gap between them, then what goes deeper. */
export function deviceColumns(
  views: readonly DeviceView[],
  toCome: boolean,
  open: (view: DeviceView) => void,
): LiveColumn<DeviceView>[] {
  const there = ([name]: readonly [DeviceFigure, Tone]) => hasFigure(views, toCome, name);
  return [
    {
      ...figureColumn<DeviceView>('device', 'device', nameOf, { isText: true }),
      press: open,
    },
    ...shares.filter(there).map(shareColumn),
    { id: 'gap', head: 'gap', word: '', isText: true, sort: null, cell: { make: () => new GapCell() } },
    ...deeper.filter(there).map(shareColumn),
    ...others
      .filter(({ id }) => views.some((view) => isKnown(view[id])))
      .map(({ id, head, cell }) => figureColumn<DeviceView>(id, head, cell)),
  ];
}

function nameOf({ device }: DeviceView): Figure {
  const text = `${device.parent === undefined ? '' : '└ '}${device.id} ${device.name}`;
  return { text, tone: 'plain', tip: '', share: null };
}

function shareColumn([name, tone]: readonly [DeviceFigure, Tone]): LiveColumn<DeviceView> {
  const { label } = deviceFigures[name];
  return figureColumn<DeviceView>(name, label, (view) => shareOf(view[name], percent, tone), { word: name });
}

const others: readonly {
  readonly id: DeviceFigure;
  readonly head: string;
  readonly cell: (view: DeviceView) => Figure;
}[] = [
  {
    id: 'flopsPerSecond',
    head: 'FLOP/s',
    cell: (view) => figureOf(view.flopsPerSecond, (value) => withUnit(value, '').trimEnd()),
  },
  { id: 'powerWatts', head: 'power', cell: (view) => withLimit(view, 'powerWatts', 'powerLimitWatts') },
  {
    id: 'memoryUsedBytes',
    head: 'memory',
    cell: (view) => withLimit(view, 'memoryUsedBytes', 'memoryTotalBytes'),
  },
  {
    id: 'temperatureCelsius',
    head: '°C',
    cell: (view) => figureOf(view.temperatureCelsius, (value) => value.toFixed(0)),
  },
  { id: 'smClockMegahertz', head: 'SM clock', cell: clockOf },
];

/** `412 W of 700 W`, with how far it goes. */
function withLimit(view: DeviceView, name: DeviceFigure, limitName: DeviceFigure): Figure {
  const limit = view[limitName];
  const made = figureOf(view[name], (value) => figureText(name, value));
  if (!isKnown(view[name]) || !isKnown(limit) || !(limit.value > 0)) return made;
  return {
    ...made,
    text: `${made.text} of ${figureText(limitName, limit.value)}`,
    share: view[name].value / limit.value,
  };
}

function clockOf(view: DeviceView): Figure {
  const made = figureOf(
    view.smClockMegahertz,
    (value) => `${isHeld(view) ? '▼ ' : ''}${value.toFixed(0)} MHz`,
  );
  return isHeld(view) ? { ...made, tone: 'warn', tip: `Held down by ${heldBy(view)}.` } : made;
}

/** The gap as a bar and in words; of a device that does not answer how it stands. */
export class GapCell implements Shows<DeviceView> {
  readonly root = element('div', { class: 'gap' });
  readonly #bar = new PartsBar();
  readonly #words = new ToldText();

  constructor() {
    this.root.append(this.#bar.root, this.#words.root);
  }

  show(view: DeviceView): void {
    const condition = conditionText(view);
    this.#bar.root.hidden = condition !== '';
    this.#bar.show(
      gapParts(view).map(({ share, tone }) => ({ name: tone, share, colour: gapColours[tone] })),
    );
    this.#words.show(condition === '' ? gapWords(view) : [{ text: condition, tone: 'bad' }]);
  }
}
