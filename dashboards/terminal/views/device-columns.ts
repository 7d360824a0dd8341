import type { DeviceFigure } from '../../../src/analysis/device-figures.ts';
import type { DeviceView } from '../../../src/analysis/snapshot.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { byteSize, percent, unknownMark, withUnit } from '../../../src/model/numbers.ts';
import { isHeld } from '../../model/clocks.ts';
import { hasFigure } from '../../model/row-figures.ts';
import { hasGpu } from '../../model/shown-devices.ts';
import { bar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, type Role, type Span, span } from '../text/style.ts';
import type { Column } from '../text/table.ts';

/** From this width on, ratios are drawn as meters beside their numbers, where they get `leastMeter` cells. */
const metersFrom = 130;
const leastMeter = 6;
const longestMeter = 24;
/** A meter's number, its blank, and the gap to the next column. */
const besideMeter = 8;
/** Below this width a name is its id, and SM active is called SM. */
const idsBelow = 40;
/** Rows of one line end with the gap in words, where every figure has its column. */
const gapWidth = 38;
const wholeGap = { width: 46, from: 170 } as const;
const gibi = 2 ** 30;

/** A column that gives way where no device has its figure, unless it is kept. */
interface Wanted extends Column<DeviceView> {
  readonly there: boolean;
  readonly meter: boolean;
}

/** What the table is drawn for. */
interface Look {
  /** Whether the panel has no frame. */
  readonly bare: boolean;
  /** Whether kernels are recorded, or will be. */
  readonly kernelsToCome: boolean;
  /** Whether a row is all that a device has, so that it carries the gap in words where there is room. */
  readonly withGap: boolean;
}

/**
 * The columns of the device table: the coarse figure, beside it SM active, then what goes deeper. What no device has
 * gives way, but util and SM active of a GPU, and kernelBusy and the share of peak where kernels are to come.
 */
export function deviceColumns(
  views: readonly DeviceView[],
  width: number,
  { bare, kernelsToCome, withGap }: Look,
): Column<DeviceView>[] {
  const gpus = hasGpu(views);
  const wide = width >= metersFrom;
  const there = (name: DeviceFigure): boolean => hasFigure(views, kernelsToCome, name);
  const ratio = (title: string, role: Role, rank: number, name: DeviceFigure): Wanted => ({
    title,
    titleRole: role,
    width: Math.max(title.length, 4),
    align: 'right',
    rank,
    there: there(name),
    meter: true,
    cell: (view) => [figure(view[name], percent, role)],
  });
  const text = (
    title: string,
    cells: number,
    rank: number,
    there: boolean,
    cell: Wanted['cell'],
  ): Wanted => ({
    title,
    width: cells,
    align: 'right',
    rank,
    there,
    meter: false,
    cell,
  });
  const columns: Wanted[] = [
    {
      title: bare ? 'devices' : 'device',
      width: gpus ? (width < idsBelow ? 5 : wide ? (withGap ? 16 : 24) : 12) : 17,
      align: 'left',
      rank: 0,
      there: true,
      meter: false,
      cell: (view) => nameCell(view, width >= idsBelow),
    },
    ratio('util', 'coarse', 0, 'util'),
    ratio(width < idsBelow ? 'SM' : 'SM active', 'real', 0, 'smActive'),
    ratio('kernelBusy', 'real', gpus ? 4 : 0, 'kernelBusy'),
    ratio('occupancy', 'occupancy', 3, 'occupancy'),
    ratio('tensor', 'peak', 1, 'tensorActive'),
    text('FP pipe', 10, 9, floats.some(there), floatCell),
    ratio('DRAM', 'dram', 2, 'dramActive'),
    ratio('of peak', 'peak', gpus ? 5 : 1, 'peakShare'),
    text('FLOP/s', 6, gpus ? 9 : 2, there('flopsPerSecond'), (view) => [
      figure(view.flopsPerSecond, (value) => withUnit(value, '').trimEnd()),
    ]),
    text('power', wide ? 10 : 6, 5, there('powerWatts'), (view) => powerCell(view, wide)),
    text(wide ? 'SM clock' : 'MHz', wide ? 9 : 5, 8, there('smClockMegahertz'), (view) =>
      clockCell(view, wide),
    ),
    text('memory', wide ? 13 : 9, 6, there('memoryUsedBytes'), (view) => memoryCell(view, wide)),
    text('°C', 3, 7, there('temperatureCelsius'), (view) => [
      figure(view.temperatureCelsius, (value) => value.toFixed(0)),
    ]),
    {
      ...text('gap', width < wholeGap.from ? gapWidth : wholeGap.width, 10, withGap, (view) => [
        span(view.gap, 'gap'),
      ]),
      align: 'left',
    },
  ];
  return withMeters(
    columns.filter((column) => column.there),
    width,
  );
}

/** Meters in the ratio columns, as long as the room allows; none where they would be too short to be read. */
function withMeters(columns: readonly Wanted[], width: number): Column<DeviceView>[] {
  const ratios = columns.filter((column) => column.meter).length;
  const others = columns.reduce((sum, column) => sum + (column.meter ? 0 : column.width + 2), 0);
  const room = Math.floor((width - others) / Math.max(1, ratios)) - besideMeter;
  if (width < metersFrom || room < leastMeter) return [...columns];
  const meter = Math.min(longestMeter, room);
  return columns.map((column) => (column.meter ? withMeter(column, meter) : column));
}

function withMeter(column: Wanted, meter: number): Column<DeviceView> {
  return {
    ...column,
    width: Math.max(column.width, meter + 6),
    cell: (view) => {
      const number = column.cell(view)[0] ?? span(unknownMark, 'dim');
      const share = Number.parseFloat(number.text.replace('<', '')) / 100;
      if (number.text === unknownMark) return [number];
      return [...bar(share, meter, column.titleRole ?? 'plain'), span(number.text.padStart(6), number.role)];
    },
  };
}

/** `gpu0 H200`; a part of a GPU stands below it, indented. */
export function nameCell(view: DeviceView, withName: boolean): Line {
  const { id, name, parent } = view.device;
  const indent: Span[] = parent === undefined ? [] : [span('└ ', 'rule')];
  return [...indent, span(id, 'strong'), ...(withName ? [blank(1), span(shortName(name), 'dim')] : [])];
}

/** The name without its maker, which all of them share. */
function shortName(name: string): string {
  return name.replace(/^NVIDIA (?:GeForce )?/, '');
}

const floats = ['fp32Active', 'fp16Active', 'fp64Active'] as const;
const floatNames = { fp32Active: 'FP32', fp16Active: 'FP16', fp64Active: 'FP64' } as const;

function busiestName(view: DeviceView): (typeof floats)[number] {
  let best: (typeof floats)[number] = 'fp32Active';
  for (const name of floats) {
    if ((view[name].value ?? -1) > (view[best].value ?? -1)) best = name;
  }
  return best;
}

/** `FP32 12%`: the busiest of the pipes that are no tensor cores. */
function floatCell(view: DeviceView): Line {
  const name = busiestName(view);
  if (!isKnown(view[name])) return [span(unknownMark, 'dim')];
  return [span(`${floatNames[name]} `, 'dim'), figure(view[name], percent)];
}

function powerCell(view: DeviceView, wide: boolean): Line {
  const limit = view.powerLimitWatts;
  const number = figure(view.powerWatts, (value) => value.toFixed(0));
  if (!isKnown(view.powerWatts)) return [number];
  return [number, span(wide && isKnown(limit) ? `/${limit.value.toFixed(0)} W` : ' W', 'dim')];
}

/** `▼1410` where something holds the clock down. */
function clockCell(view: DeviceView, wide: boolean): Line {
  if (!isKnown(view.smClockMegahertz)) return [span(unknownMark, 'dim')];
  const held = isHeld(view);
  const number = span(`${held ? '▼' : ''}${view.smClockMegahertz.value.toFixed(0)}`, held ? 'warn' : 'plain');
  return wide ? [number, span(' MHz', 'dim')] : [number];
}

/** `31.4/141G`, wide `31.4/141 GiB`; the size alone where the whole is not known. */
function memoryCell(view: DeviceView, wide: boolean): Line {
  const used = view.memoryUsedBytes;
  const total = isKnown(view.memoryTotalBytes) ? view.memoryTotalBytes : view.device.memoryBytes;
  if (view.device.kind !== 'gpu' || !isKnown(used) || !isKnown(total)) return [figure(used, byteSize)];
  return [
    span(gibiText(used.value)),
    span(`/${Math.round(total.value / gibi)}${wide ? ' GiB' : 'G'}`, 'dim'),
  ];
}

function gibiText(bytes: number): string {
  const value = bytes / gibi;
  return value.toFixed(value >= 99.95 ? 0 : 1);
}
